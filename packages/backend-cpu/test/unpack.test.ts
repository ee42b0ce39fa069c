import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pack } from '../scripts/pack.mjs';
import { moduleBytes, unpacker } from '../src/unpack.js';
import { seededRandom } from './seeded-random.js';

/** What a compiler left beside the generated sources. */
function compiled(name: string): Buffer {
  const folder = new URL('../src/generated/', import.meta.url);
  const file = readdirSync(folder).find((one) => one.startsWith(`${name}-`)) ?? '';
  return readFileSync(new URL(file, folder));
}

test.each(['scalar', 'simd'] as const)('%s comes out as it was compiled, each time', (name) => {
  const bytes = moduleBytes(name);
  expect(Buffer.compare(bytes, compiled(name))).toBe(0);
  bytes.fill(0);
  expect(Buffer.compare(moduleBytes(name), compiled(name))).toBe(0);
});

const random = seededRandom(7);
const below = (limit: number) => random.integer(0, limit - 1);

test.each<[string, Uint8Array]>([
  ['one byte', Uint8Array.of(255)],
  ['one value', new Uint8Array(700).fill(7)],
  ['all values in order', Uint8Array.from({ length: 1024 }, (_, index) => index)],
  ['bytes without any pattern', Uint8Array.from({ length: 3000 }, () => below(256))],
  ['copies from near and far', Uint8Array.from({ length: 4000 }, (_, index) => (index * index) >> below(2))],
  ['few values', Uint8Array.from({ length: 4000 }, () => below(3))],
])('%s can be packed and unpacked', (_, bytes) => {
  const unpack = unpacker(pack(bytes), bytes.length);
  unpack(Math.floor(bytes.length / 2));
  expect(Uint8Array.from(unpack(bytes.length))).toEqual(bytes);
});
