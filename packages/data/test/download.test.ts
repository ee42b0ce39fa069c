import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { writeIdx } from '../src/index.js';
import { type DownloadProgress, downloadFashionMnist, downloadMnist } from '../src/node/index.js';
import { downloadDataset, fashionMnist, mnist, type RemoteDataset } from '../src/node/mnist.js';
import { expectError } from './expect-error.js';
import { temporaryFolder } from './folder.js';

/** A small data set as a web server would have it: two pictures to train on, one to test with. */
const contents: Record<string, Uint8Array> = {
  'train-images.gz': gzipSync(writeIdx({ dtype: 'u8', shape: [2, 1, 1], data: new Uint8Array([10, 20]) })),
  'train-labels.gz': gzipSync(writeIdx({ dtype: 'u8', shape: [2], data: new Uint8Array([1, 0]) })),
  'test-images.gz': gzipSync(writeIdx({ dtype: 'u8', shape: [1, 1, 1], data: new Uint8Array([30]) })),
  'test-labels.gz': gzipSync(writeIdx({ dtype: 'u8', shape: [1], data: new Uint8Array([1]) })),
};
const names = Object.keys(contents);

function published(name: string) {
  const bytes = contents[name];
  return { name, byteLength: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const remote: RemoteDataset = {
  name: 'small',
  mirrors: ['https://first.example/', 'https://second.example/data/'],
  classes: ['a', 'b'],
  trainImages: published('train-images.gz'),
  trainLabels: published('train-labels.gz'),
  testImages: published('test-images.gz'),
  testLabels: published('test-labels.gz'),
};

/** A web that answers each URL with what `answer` returns. */
function web(answer: (url: string) => Response | Promise<Response>) {
  return vi.fn<typeof fetch>(async (input) => answer(String(input)));
}

const serve = (url: string) => new Response(Uint8Array.from(contents[url.slice(url.lastIndexOf('/') + 1)]));

function expectDataset({ train, test: held }: Awaited<ReturnType<typeof downloadDataset>>): void {
  expect(train).toMatchObject({ count: 2, classes: ['a', 'b'], labels: new Int32Array([1, 0]) });
  expect(train.images).toEqual(new Uint8Array([10, 20]));
  expect(held.images).toEqual(new Uint8Array([30]));
}

describe('downloading', () => {
  test('fetches each file once, and later reads the cache', async () => {
    const cache = join(temporaryFolder(), 'made', 'as needed');
    const fetch = web(serve);
    expectDataset(await downloadDataset('load', remote, { cache, fetch }));
    expect(fetch.mock.calls.map(([url]) => url)).toEqual(names.map((name) => `https://first.example/${name}`));
    expect(readdirSync(cache).toSorted()).toEqual(names.toSorted());
    for (const name of names) expect(readFileSync(join(cache, name))).toEqual(contents[name]);

    expectDataset(await downloadDataset('load', remote, { cache, fetch: web(() => Response.error()) }));
  });

  test('fetches a file again when the cached one is damaged', async () => {
    const cache = temporaryFolder();
    for (const name of names) writeFileSync(join(cache, name), contents[name]);
    const damaged = Uint8Array.from(contents['test-labels.gz']);
    damaged[12] ^= 1;
    writeFileSync(join(cache, 'test-labels.gz'), damaged);
    const fetch = web(serve);
    expectDataset(await downloadDataset('load', remote, { cache, fetch }));
    expect(fetch.mock.calls.map(([url]) => url)).toEqual(['https://first.example/test-labels.gz']);
    expect(readFileSync(join(cache, 'test-labels.gz'))).toEqual(contents['test-labels.gz']);
  });

  test('goes on to the next mirror', async () => {
    const fetch = web((url) => {
      if (!url.startsWith('https://first.example/')) return serve(url);
      if (url.endsWith('train-images.gz')) return new Response('gone', { status: 404 });
      if (url.endsWith('train-labels.gz')) throw new TypeError('fetch failed');
      return new Response('short');
    });
    expectDataset(await downloadDataset('load', remote, { cache: temporaryFolder(), fetch }));
    expect(fetch).toHaveBeenCalledTimes(8);
  });

  test('takes a mirror in place of the well-known ones, with or without its slash', async () => {
    for (const mirror of ['https://own.example/x', 'https://own.example/x/']) {
      const fetch = web(serve);
      await downloadDataset('load', remote, { cache: temporaryFolder(), fetch, mirror });
      expect(fetch.mock.calls[0][0]).toBe('https://own.example/x/train-images.gz');
    }
  });

  test('fails with every reason, and leaves nothing in the cache', async () => {
    const cache = temporaryFolder();
    const other = Uint8Array.from(contents['train-images.gz']);
    other[12] ^= 1;
    const fetch = web((url) => {
      if (url.startsWith('https://first.example/')) return new Response(other);
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND second.example') });
    });
    const error = await expectError(
      () => downloadDataset('load', remote, { cache, fetch }),
      'DOWNLOAD_FAILED',
      'load: cannot download train-images.gz',
      `SHA-256 ${createHash('sha256').update(other).digest('hex')} from https://first.example/train-images.gz`,
      'fetch failed (getaddrinfo ENOTFOUND second.example) from https://second.example/data/train-images.gz',
      `expected ${remote.trainImages.byteLength} bytes with SHA-256 ${remote.trainImages.sha256}`,
      `put the published file into ${cache}`,
    );
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('stops receiving when there is more than the published file', async () => {
    let sent = 0;
    const tooLong = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            sent++;
            controller.enqueue(new Uint8Array(64));
            if (sent === 1000) controller.close();
          },
        }),
      );
    await expectError(
      () => downloadDataset('load', remote, { cache: temporaryFolder(), fetch: web(tooLong), mirror: 'https://x' }),
      'DOWNLOAD_FAILED',
      `more than ${remote.trainImages.byteLength} bytes from https://x/train-images.gz`,
    );
    expect(sent).toBeLessThan(10);
  });

  test('reports progress', async () => {
    const seen: DownloadProgress[] = [];
    await downloadDataset('load', remote, {
      cache: temporaryFolder(),
      fetch: web(serve),
      onProgress: (progress) => seen.push(progress),
    });
    const last = new Map(seen.map((progress) => [progress.file, progress]));
    expect([...last.keys()]).toEqual(names);
    for (const { file, receivedBytes, totalBytes } of last.values()) {
      expect(receivedBytes).toBe(contents[file].length);
      expect(totalBytes).toBe(contents[file].length);
    }
  });

  test('is stopped by its signal, before or on the way', async () => {
    const early = web(serve);
    const reason = new Error('no longer wanted');
    const signal = AbortSignal.abort(reason);
    await expect(downloadDataset('load', remote, { cache: temporaryFolder(), fetch: early, signal })).rejects.toBe(
      reason,
    );
    expect(early).not.toHaveBeenCalled();

    const cache = temporaryFolder();
    const controller = new AbortController();
    const fetch = web(serve);
    const stopped = downloadDataset('load', remote, {
      cache,
      fetch,
      signal: controller.signal,
      onProgress: ({ file }) => file === 'train-labels.gz' && controller.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
    expect(readdirSync(cache)).not.toContain('test-images.gz');
    expect(fetch.mock.calls[0][1]?.signal).toBe(controller.signal);
  });

  test('says when the cache cannot be written', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expectError(
      () => downloadDataset('load', remote, { cache: join(file, 'cache'), fetch: web(serve) }),
      'DOWNLOAD_FAILED',
      `cannot write to ${join(file, 'cache')}`,
      'Pass another folder as cache',
    );
    // A folder stands where the file has to go: the temporary file beside it is cleaned up.
    const cache = join(folder, 'cache');
    mkdirSync(join(cache, 'train-images.gz'), { recursive: true });
    await expectError(
      () => downloadDataset('load', remote, { cache, fetch: web(serve) }),
      'DOWNLOAD_FAILED',
      `cannot write to ${cache}`,
    );
    expect(readdirSync(cache)).toEqual(['train-images.gz']);
  });
});

describe('MNIST and Fashion-MNIST', () => {
  test('refuse what has not the published checksum', async () => {
    const cache = temporaryFolder();
    const fetch = web(() => new Response(new Uint8Array(9_912_422)));
    await expectError(
      () => downloadMnist({ cache, fetch }),
      'DOWNLOAD_FAILED',
      'downloadMnist: cannot download train-images-idx3-ubyte.gz',
      'https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz',
      'https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz',
    );
    await expectError(
      () => downloadFashionMnist({ cache, fetch }),
      'DOWNLOAD_FAILED',
      'downloadFashionMnist: ',
      'expected 26421880 bytes with SHA-256 08dc20ab',
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  test('keep their files apart in the usual cache folder', async () => {
    const folder = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const fetch = web(() => new Response('', { status: 503 }));
    await expectError(() => downloadMnist({ fetch }), 'DOWNLOAD_FAILED', 'HTTP 503', join(folder, 'cenote', 'mnist'));
    const fashion = join(folder, 'cenote', 'fashion-mnist');
    await expectError(() => downloadFashionMnist({ fetch }), 'DOWNLOAD_FAILED', `into ${fashion}`);
    expect(existsSync(fashion)).toBe(true);
  });

  test('have ten classes, four different files and secure checksums', () => {
    for (const { classes, mirrors, ...rest } of [mnist, fashionMnist]) {
      const files = [rest.trainImages, rest.trainLabels, rest.testImages, rest.testLabels];
      expect(new Set(classes).size).toBe(10);
      expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(4);
      for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      for (const mirror of mirrors) expect(mirror).toMatch(/^https?:\/\/.*\/$/);
    }
  });
});
