import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import FileSystemStore from '@zarrita/storage/fs';
import { avgPool2d, fromData, maxPool3d, type Tensor, type TypedArray } from 'cenote';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as zarr from 'zarrita';
import { scanRegion } from '../src/scan.js';

const app = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(app, '.cache', `cli-${process.pid}`);
let folder = '';

// The sources as they are, in a few files beside the app's dependencies: nothing has to be built before.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cenote-zarr-'));
  await build({
    config: false,
    entry: { cli: join(app, 'src', 'cli.ts') },
    outDir: bundle,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    skipNodeModulesBundle: true,
    noExternal: [/^@?cenote/],
    esbuildOptions(options) {
      options.conditions = ['@cenote/source'];
    },
    silent: true,
  });
}, 60_000);
afterAll(() => {
  rmSync(bundle, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program, and stops it at its first word when `stop` is given. */
function cli(args: string, stop?: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(bundle, 'cli.js'), ...args.split(' ')], { cwd: folder });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        if (stop !== undefined && !child.killed) child.kill(stop);
      });
    }
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

async function level(image: string, path: string): Promise<{ shape: readonly number[]; data: number[] }> {
  const root = zarr.root(new FileSystemStore(join(folder, image)));
  const array = await zarr.open(root.resolve(path), { kind: 'array' });
  const { data, shape } = await zarr.get(array);
  return { shape, data: Array.from(data as TypedArray, Number) };
}

describe('a generated scan', () => {
  it('gets the levels that pooling in memory gives', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await cli('--out scan.zarr --size 301 --chunk 64 --levels 3 --seed 7 --json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('level 3 of 3: 1 of 1 tiles')]);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({
      dtype: 'u8',
      shapes: [
        [301, 301],
        [151, 151],
        [76, 76],
        [38, 38],
      ],
      tiles: 25 + 9 + 4 + 1,
    });
    let expected: Tensor = fromData(scanRegion(7, { start: [0, 0], shape: [301, 301] }), [301, 301]);
    for (const path of ['0', '1', '2', '3']) {
      expect(await level('scan.zarr', path)).toEqual({
        shape: expected.shape,
        data: Array.from(await expected.data('u8')),
      });
      expected = avgPool2d(expected, 2, { ceilMode: true });
    }
    const { attributes } = JSON.parse(readFileSync(join(folder, 'scan.zarr', 'zarr.json'), 'utf8'));
    expect(attributes.ome.version).toBe('0.5');
    expect(attributes.ome.multiscales[0].datasets[2]).toEqual({
      path: '2',
      // Four pixels wide, the first in the middle of pixels 0 to 3.
      coordinateTransformations: [
        { type: 'scale', scale: [4, 4] },
        { type: 'translation', translation: [1.5, 1.5] },
      ],
    });
  });

  it('that is interrupted leaves nothing behind', { timeout: 60_000 }, async () => {
    const { code, stderr } = await cli('--out large.zarr --size 200000', 'SIGINT');
    expect([code, stderr]).toEqual([130, expect.stringContaining('Stopped. Nothing was written.')]);
    expect(readdirSync(folder).filter((name) => name.includes('large'))).toEqual([]);
  });
});

it('reads volumes, and the images that it writes', { timeout: 60_000 }, async () => {
  const shape = [20, 33, 17] as const;
  const root = zarr.root(new FileSystemStore(join(folder, 'volume.zarr')));
  const array = await zarr.create(root, { shape: [...shape], chunkShape: [7, 16, 8], dtype: 'float32' });
  const data = Float32Array.from({ length: 20 * 33 * 17 }, (_, index) => Math.sin(index));
  await zarr.set(array, null, { data, shape: [...shape], stride: [33 * 17, 17, 1] });
  const args = '--fn max --levels 1 --kernel 3 --chunk 5 --json';
  expect((await cli(`volume.zarr --out once.zarr ${args}`)).code).toBe(0);
  expect((await cli(`once.zarr --out again.zarr ${args}`)).code).toBe(0);
  expect(await level('again.zarr', '0')).toEqual({ shape, data: Array.from(data) });
  const expected = maxPool3d(fromData(data, [...shape]), 3, { ceilMode: true });
  expect(await level('again.zarr', '1')).toEqual({
    shape: expected.shape,
    data: Array.from(await expected.data('f32')),
  });
  const { attributes } = JSON.parse(readFileSync(join(folder, 'again.zarr', 'zarr.json'), 'utf8'));
  expect(attributes.ome.multiscales[0]).toMatchObject({
    name: 'volume.zarr',
    axes: [{ name: 'z' }, { name: 'y' }, { name: 'x' }],
  });
});

describe('refuses with one sentence', () => {
  it.each([
    ['--size 8', 2, /^zarr-pyramid: command line not understood\. Got required option '--out <folder>' not specified/],
    [
      '--out a.zarr --levels 0',
      2,
      /^zarr-pyramid: --levels is out of range\. Got 0; expected a whole number from 1 to 30/,
    ],
    ['--out . --size 8', 2, /^zarr-pyramid: the output exists/],
    ['nothing --out a.zarr', 1, /^zarr-pyramid: not readable as Zarr/],
  ])('%s', async (args, code, message) => {
    const ended = await cli(args);
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(readdirSync(folder).filter((name) => name.includes('a.zarr'))).toEqual([]);
  });

  it('elements that cannot be pooled', async () => {
    const root = zarr.root(new FileSystemStore(join(folder, 'u16.zarr')));
    await zarr.create(root, { shape: [4, 4], chunkShape: [2, 2], dtype: 'uint16' });
    const { code, stderr } = await cli('u16.zarr --out b.zarr');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^zarr-pyramid: elements that cannot be pooled\. Got uint16/),
    ]);
  });
});

it('shows what it takes', async () => {
  const { code, stdout } = await cli('--help');
  expect([code, stdout]).toEqual([0, expect.stringContaining('--seed <n>')]);
});
