import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pixelStatistics, writeIdx } from '../src/index.js';
import { loadIdxDataset } from '../src/node/index.js';
import { expectError } from './expect-error.js';
import { temporaryFolder } from './folder.js';

/** Three pictures of 2 × 2 pixels, all of one value. */
const images = (value: number) => writeIdx({ dtype: 'u8', shape: [3, 2, 2], data: new Uint8Array(12).fill(value) });
const labels = (...values: number[]) =>
  writeIdx({ dtype: 'u8', shape: [values.length], data: Uint8Array.from(values) });

describe('loadIdxDataset', () => {
  test('finds both parts, plain and gzipped', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(1));
    writeFileSync(join(folder, 'train-labels-idx1-ubyte.gz'), gzipSync(labels(0, 1, 2)));
    writeFileSync(join(folder, 't10k-images.idx3-ubyte.gz'), gzipSync(images(2)));
    writeFileSync(join(folder, 't10k-labels.idx1-ubyte'), labels(4, 0, 0));
    const { train, test: held } = await loadIdxDataset(folder);
    expect(train).toMatchObject({ count: 3, channels: 1, height: 2, width: 2, labels: new Int32Array([0, 1, 2]) });
    expect(train?.images).toEqual(new Uint8Array(12).fill(1));
    expect(held?.images).toEqual(new Uint8Array(12).fill(2));
    // Both parts name the classes of both.
    expect(train?.classes).toEqual(['0', '1', '2', '3', '4']);
    expect(held?.classes).toEqual(train?.classes);
  });

  test('returns the one part that is there, with the classes it is told', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images(1));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels(0, 1, 1));
    const parts = await loadIdxDataset(folder, { classes: ['cat', 'dog', 'cow'] });
    expect(Object.keys(parts)).toEqual(['test']);
    expect(parts.test?.classes).toEqual(['cat', 'dog', 'cow']);
    await expectError(
      () => loadIdxDataset(folder, { classes: ['cat'] }),
      'INVALID_ARGUMENT',
      'label out of range at index 1. Got label 1; expected a whole number from 0 to 0',
    );
  });

  test('takes the plain file when there are both', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images(1));
    writeFileSync(join(folder, 't10k-images-idx3-ubyte.gz'), gzipSync(images(2)));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels(0, 0, 0));
    expect((await loadIdxDataset(folder)).test?.images[0]).toBe(1);
  });

  test('says what is missing', async () => {
    const folder = temporaryFolder();
    await expectError(
      () => loadIdxDataset(folder),
      'INVALID_FILE',
      `no IDX data set in ${folder}`,
      'Got an empty folder',
    );
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) writeFileSync(join(folder, name), '');
    await expectError(
      () => loadIdxDataset(folder),
      'INVALID_FILE',
      'and 2 more',
      't10k-labels-idx1-ubyte, plain or .gz',
    );
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(1));
    await expectError(
      () => loadIdxDataset(folder),
      'INVALID_FILE',
      'half of the train part is missing',
      'Got only train-images-idx3-ubyte; expected train-labels-idx1-ubyte beside it',
    );
    await expectError(() => loadIdxDataset(join(folder, 'none')), 'INVALID_FILE', 'cannot read', 'ENOENT');
  });

  test('names the damaged file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 't10k-images-idx3-ubyte');
    writeFileSync(path, images(1).subarray(0, 20));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels(0, 0, 0));
    await expectError(() => loadIdxDataset(folder), 'INVALID_FILE', `${path}: file ends at byte 20`, '28 bytes');
    writeFileSync(path, writeIdx({ dtype: 'u8', shape: [2, 2, 2], data: new Uint8Array(8) }));
    await expectError(() => loadIdxDataset(folder), 'INVALID_FILE', '2 images, labels of shape [3]');
  });

  test('does not read what is too large, or no file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 't10k-images-idx3-ubyte');
    writeFileSync(path, new Uint8Array(5000));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels(0, 0, 0));
    await expectError(
      () => loadIdxDataset(folder, { maxBytes: 1000 }),
      'INVALID_FILE',
      `${path} is too large. Got 5000 bytes; expected at most 1000 bytes`,
    );
    const other = temporaryFolder();
    mkdirSync(join(other, 't10k-images-idx3-ubyte'));
    writeFileSync(join(other, 't10k-labels-idx1-ubyte'), labels(0, 0, 0));
    await expectError(() => loadIdxDataset(other), 'INVALID_FILE', 'cannot read', 'EISDIR');
  });

  test('a label that is huge makes no huge list of classes', async () => {
    const folder = temporaryFolder();
    const huge = new Int32Array([0, 2 ** 31 - 1, 0]);
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images(1));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), writeIdx({ dtype: 'i32', shape: [3], data: huge }));
    await expectError(() => loadIdxDataset(folder), 'INVALID_ARGUMENT', 'index 1. Got label 2147483647', '0 to 65535');
  });
});

// The 10,000 test digits, where the machine has them beside the repository.
const realMnist = fileURLToPath(new URL('../../../../shared/data/mnist', import.meta.url));

describe('MNIST itself', () => {
  test.skipIf(!existsSync(realMnist))(`is read as published (skipped where ${realMnist} is not there)`, async () => {
    const { train, test: digits } = await loadIdxDataset(realMnist);
    if (!digits) expect.fail('no t10k files');
    expect(train).toBeUndefined();
    expect(digits).toMatchObject({ count: 10_000, channels: 1, height: 28, width: 28 });
    expect(digits.classes).toHaveLength(10);
    // The first labels, the numbers of each digit, and the checksums of the unpacked files are published facts.
    expect([...digits.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const counts = Array.from({ length: 10 }, (_, label) => digits.labels.filter((other) => other === label).length);
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
    const imageFile = writeIdx({ dtype: 'u8', shape: [10_000, 28, 28], data: digits.images });
    const labelFile = writeIdx({ dtype: 'u8', shape: [10_000], data: Uint8Array.from(digits.labels) });
    expect(md5(imageFile)).toBe('2646ac647ad5339dbf082846283269ea');
    expect(md5(labelFile)).toBe('27ae3e4e09519cfbb04c329615203637');
    // The test digits are a little brighter than the training digits (0.1307 and 0.3081).
    const { mean, std } = pixelStatistics(digits);
    expect(mean[0]).toBeCloseTo(0.1325, 4);
    expect(std[0]).toBeCloseTo(0.3105, 4);
  });
});
