import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { data } from 'cenote';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, drawDigits, readFolder } from '../src/examples.js';

const quietly = { signal: new AbortController().signal, onProgress: () => {} };

describe('drawDigits', () => {
  it('draws the same digits for the same seed, and others for another', async () => {
    const one = await drawDigits(5, 40, 20, quietly);
    expect([one.train.count, one.test.count]).toEqual([40, 20]);
    expect(digestOf(await drawDigits(5, 40, 20, quietly))).toBe(digestOf(one));
    expect(digestOf(await drawDigits(6, 40, 20, quietly))).not.toBe(digestOf(one));
  });

  it('keeps one part when the size of the other changes', async () => {
    const one = await drawDigits(5, 40, 20, quietly);
    const other = await drawDigits(5, 30, 20, quietly);
    expect(other.test.images).toEqual(one.test.images);
    expect(other.train.images).toEqual(one.train.images.subarray(0, 30 * 784));
  });

  it('goes on over the parts that it draws at a time, and says how far it is', async () => {
    const steps: number[] = [];
    const { train, test } = await drawDigits(1, 1100, 10, {
      ...quietly,
      onProgress: (done, total) => steps.push(done / total),
    });
    expect(train.count).toBe(1100);
    expect(steps.at(-1)).toBe(1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // No example twice, within a part or between them.
    const pictures = new Set<string>();
    for (const set of [train, test]) {
      for (let index = 0; index < set.count; index++)
        pictures.add(set.images.subarray(index * 784, (index + 1) * 784).join());
    }
    expect(pictures.size).toBe(1110);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const drawing = drawDigits(1, 5000, 10, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(drawing).rejects.toBe(reason);
  });
});

describe('readFolder', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cenote-lenet-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes images whose first pixel is their number, with labels 0 and 1 in turn. */
  function writePart(name: string, count: number): void {
    const images = new Uint8Array(count * 784);
    for (let index = 0; index < count; index++) images[index * 784] = index;
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 2);
    writeFileSync(
      join(folder, `${name}-images-idx3-ubyte`),
      data.writeIdx({ dtype: 'u8', shape: [count, 28, 28], data: images }),
    );
    writeFileSync(
      join(folder, `${name}-labels-idx1-ubyte`),
      data.writeIdx({ dtype: 'u8', shape: [count], data: labels }),
    );
  }
  const numbers = ({ images, count }: data.Dataset) => Array.from({ length: count }, (_, index) => images[index * 784]);

  it('takes both parts, all of them or the first of each', async () => {
    writePart('train', 30);
    writePart('t10k', 20);
    const all = await readFolder(folder, 1, null, null);
    expect([all.train.count, all.test.count, all.name]).toEqual([30, 20, folder]);
    const some = await readFolder(folder, 1, 7, 3);
    expect([numbers(some.train), numbers(some.test)]).toEqual([
      [0, 1, 2, 3, 4, 5, 6],
      [0, 1, 2],
    ]);
    await expect(readFolder(folder, 1, 31, null)).rejects.toThrow(
      'lenet: --train-count is more than there are. Got 31; expected at most 30. Lower --train-count.',
    );
  });

  it('deals a single part out at random, by the seed', async () => {
    writePart('t10k', 100);
    const { train, test } = await readFolder(folder, 1, null, null);
    expect([train.count, test.count]).toEqual([80, 20]);
    expect([...numbers(train), ...numbers(test)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, at) => at),
    );
    expect(numbers((await readFolder(folder, 1, null, null)).test)).toEqual(numbers(test));
    expect(numbers((await readFolder(folder, 2, null, null)).test)).not.toEqual(numbers(test));
  });

  it('deals out as many as asked for, but not more than there are', async () => {
    writePart('train', 100);
    const counts = async (train: number | null, test: number | null) => {
      const parts = await readFolder(folder, 1, train, test);
      return [parts.train.count, parts.test.count];
    };
    expect(await counts(10, 5)).toEqual([10, 5]);
    expect(await counts(95, null)).toEqual([95, 5]);
    expect(await counts(null, 60)).toEqual([40, 60]);
    await expect(counts(100, null)).rejects.toThrow(
      'too few examples. Got 100 to train on and 1 to test on, of 100 in all;',
    );
    await expect(counts(null, 100)).rejects.toThrow(
      'too few examples. Got 0 to train on and 100 to test on, of 100 in all;',
    );
  });

  it('refuses a folder without such files', async () => {
    await expect(readFolder(folder, 1, null, null)).rejects.toThrow(/no IDX data set in/);
    await expect(readFolder(join(folder, 'none'), 1, null, null)).rejects.toThrow(/cannot read/);
  });
});
