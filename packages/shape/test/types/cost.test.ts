import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Compiler, compile, sources, temporaryFolder, write } from './compiler.js';

/** A folder in which the package is installed, with its declarations as they are published. */
const folder = temporaryFolder(afterAll);

beforeAll(async () => {
  const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
  const names = ['networks.test-d.ts', 'fake.ts', 'expect.ts'];
  write(folder, {
    'package.json': '{ "type": "module" }',
    'node_modules/@cenote/shape/package.json': read('../../package.json'),
    ...Object.fromEntries(names.map((name) => [name, read(name)])),
  });
  const paths = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  const { complaints } = await compile(
    folder,
    paths.filter((path) => path.endsWith('.ts')).map((path) => join(sources, path)),
    {
      declaration: true,
      emitDeclarationOnly: true,
      noEmit: false,
      rootDir: sources,
      outDir: join(folder, 'node_modules', '@cenote', 'shape', 'dist'),
      skipLibCheck: true,
    },
  );
  expect(complaints).toEqual([]);
});

test.each<Compiler>(['typescript', 'typescript-6.0', 'typescript-5.9'])(
  'the declarations and the networks on them compile with %s, libraries checked',
  async (compiler) => {
    const { complaints } = await compile(folder, ['networks.test-d.ts'], { compiler });
    expect(complaints).toEqual([]);
  },
);

describe('types cost the compiler little', () => {
  test('LeNet and VGG-16 together', async () => {
    const { complaints, instantiations } = await compile(folder, ['networks.test-d.ts'], { skipLibCheck: true });
    expect(complaints).toEqual([]);
    expect(instantiations).toBeLessThan(65_000);
  });

  /** What one more shape costs, after another of its kind, which fills the compiler's memory of options and tables. */
  test.each([
    [
      "PoolOutput<'p', 2, [8, 64, 24, 24], { kernelSize: 2 }>",
      "PoolOutput<'p', 2, [8, 64, 112, 112], { kernelSize: 2 }>",
      500,
    ],
    [
      "PoolOutput<'p', 2, [8, 64, 24, 24], { kernelSize: 2 }>",
      "PoolOutput<'p', 2, [8, 64, 113, 111], { kernelSize: 3; stride: 2; padding: 1; ceilMode: true }>",
      3000,
    ],
    [
      "ConvOutput<'c', 2, [8, 3, 24, 24], [6, 3, 3, 3], { padding: 1 }>",
      "ConvOutput<'c', 2, [8, 64, 112, 112], [64, 64, 3, 3], { padding: 1 }>",
      500,
    ],
    ["FlattenOutput<'f', [8, 16, 5, 5], 1>", "FlattenOutput<'f', [8, 512, 7, 7], 1>", 1000],
    ['Multiply<7, 9>', 'Multiply<65536, 65536>', 3500],
  ])('%s, then %s', async (first, second, budget) => {
    const head = `import type { ConvOutput, FlattenOutput, Multiply, PoolOutput } from '@cenote/shape/types';
      export const first = null as unknown as ${first};`;
    write(folder, { 'first.ts': head, 'both.ts': `${head} export const second = null as unknown as ${second};` });
    const [before, after] = [
      await compile(folder, ['first.ts'], { skipLibCheck: true }),
      await compile(folder, ['both.ts'], { skipLibCheck: true }),
    ];
    expect([...before.complaints, ...after.complaints]).toEqual([]);
    expect(after.instantiations - before.instantiations).toBeGreaterThan(10);
    expect(after.instantiations - before.instantiations).toBeLessThan(budget);
  });
});
