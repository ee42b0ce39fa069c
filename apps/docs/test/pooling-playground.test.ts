import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxPool2d, type Tensor, tensor, zeros } from 'cenote';
import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../../tooling/scripts/lib/run.mjs';
import { programPath } from '../../../tooling/scripts/lib/workspace.mjs';
import { readScene, writeScene } from '../src/figures/pooling-playground/address.js';
import { arithmetic, formatCell, formatNumber, shapeRule } from '../src/figures/pooling-playground/arithmetic.js';
import { program, tensorType } from '../src/figures/pooling-playground/code.js';
import { outputAt, type Pooled, pool, windowTaps } from '../src/figures/pooling-playground/model.js';
import { presetNames, presets } from '../src/figures/pooling-playground/presets.js';
import {
  input,
  type Pair,
  parseValue,
  plain,
  poolKinds,
  resize,
  type Scene,
} from '../src/figures/pooling-playground/settings.js';

/** What the library computes, where it does not refuse. */
function pooledOf({ input: x, settings }: Scene): Pooled {
  const outcome = pool(x, settings);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.pooled;
}

const pairs = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

const scenes: fc.Arbitrary<Scene> = fc
  .record({
    kind: fc.constantFrom(...poolKinds),
    window: pairs(1, 4),
    stride: fc.option(pairs(1, 4)),
    padding: pairs(0, 2),
    dilation: pairs(1, 3),
    ceilMode: fc.boolean(),
    countIncludePad: fc.boolean(),
    p: fc.integer({ min: 1, max: 4 }),
    size: pairs(1, 7),
    channels: fc.integer({ min: 1, max: 3 }),
    numbers: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 147, maxLength: 147 }),
  })
  .map(({ size: [rows, columns], channels, numbers, ...settings }) => ({
    settings,
    input: { rows, columns, channels, values: numbers.slice(0, channels * rows * columns) },
    at: [0, 0],
    channel: 0,
  }));

describe('the first example of the chapter', () => {
  const scene = presets.chapter;

  test('has the numbers of the book', () => {
    expect(pooledOf(scene).values).toEqual([4, 5, 7, 8]);
  });

  test('is written out', () => {
    const { left, right, from } = arithmetic(scene.input, scene.settings, pooledOf(scene), [0, 0], 0);
    expect(`${left} = ${right}`).toBe('max(0, 1, 3, 4) = 4');
    expect(from).toEqual({ row: 1, column: 1, index: 4 });
  });

  test('has the shape that the rule says', () => {
    expect(shapeRule(pooledOf(scene), 1, false)).toEqual({
      left: '⌊(3 + 0 + 0 − (1 · (2 − 1) + 1)) / 1⌋ + 1',
      right: '2',
      dropped: false,
    });
  });
});

test('an average says its divisor, with padding and without', () => {
  const { input: x, settings } = presets.padding;
  const written = (countIncludePad: boolean) => {
    const scene = { ...presets.padding, settings: { ...settings, countIncludePad } };
    const { left, right, divisor } = arithmetic(x, scene.settings, pooledOf(scene), [0, 0], 0);
    return { line: `${left} = ${right}`, divisor };
  };
  expect(written(true)).toEqual({ line: '(0 + 1 + 4 + 5) / 9 = 1.1111', divisor: '3 × 3' });
  expect(written(false)).toEqual({ line: '(0 + 1 + 4 + 5) / 4 = 2.5', divisor: '2 × 2' });
});

test('a p-norm is written with its powers', () => {
  const settings = { ...plain, kind: 'lp', p: 3, stride: [1, 1] } as const;
  const scene = { ...presets.chapter, settings };
  const { left, right } = arithmetic(scene.input, settings, pooledOf(scene), [0, 0], 0);
  expect(`${left} = ${right}`).toBe('(|0|³ + |1|³ + |3|³ + |4|³)^(1/3) = 4.5144');
});

test('of equal values the first counts, and NaN is what every window with it becomes', () => {
  const ties = presets.ties;
  expect(arithmetic(ties.input, ties.settings, pooledOf(ties), [0, 0], 0).from).toEqual({
    row: 0,
    column: 0,
    index: 0,
  });
  expect(arithmetic(ties.input, ties.settings, pooledOf(ties), [0, 1], 0).from).toEqual({
    row: 0,
    column: 3,
    index: 3,
  });
  expect(pooledOf(presets.nan).values).toEqual([NaN, NaN, 7, NaN, NaN, 11, 13, 14, 15]);
});

test('in ceil mode a window may hang over the edge, and one that begins in the padding is dropped', () => {
  const { settings } = presets.ceil;
  expect(windowTaps(pooledOf(presets.ceil).geometry, [2, 2]).map(({ on }) => on)).toEqual([
    'input',
    'beyond',
    'beyond',
    'beyond',
  ]);
  const dropped = { ...presets.ceil, settings: { ...settings, stride: [3, 3] as const, padding: [1, 1] as const } };
  expect(shapeRule(pooledOf(dropped), 1, true)).toMatchObject({ dropped: true, right: '2' });
});

test('what the library refuses is said in its words', () => {
  const { input: x, settings } = presets.tooLarge;
  const size: number = 3;
  const call = () => maxPool2d(zeros([1, 1, size, size]), 4);
  const outcome = pool(x, settings);
  expect(call).toThrow(outcome.kind === 'refused' ? outcome.message : 'it did not refuse');
});

test('the windows are those that the numbers come from', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const outcome = pool(scene.input, scene.settings);
      if (outcome.kind === 'refused') return;
      const { pooled } = outcome;
      const [, height, width] = pooled.geometry.axes;
      for (let index = 0; index < pooled.values.length; index++) {
        const channel = Math.floor(index / (height.output * width.output));
        const at: Pair = [Math.floor(index / width.output) % height.output, index % width.output];
        expect(pooled.values[index]).toBeCloseTo(expected(scene, pooled, channel, at), 4);
      }
    }),
  );
});

/** Pooling as its definition has it, over the elements that the figure lights up. */
function expected({ input: x, settings }: Scene, pooled: Pooled, channel: number, at: Pair): number {
  const taps = windowTaps(pooled.geometry, at);
  const values = taps
    .filter(({ on }) => on === 'input')
    .map(({ row, column }) => x.values[(channel * x.rows + row) * x.columns + column]);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
  switch (settings.kind) {
    case 'max':
      return Math.max(...values);
    case 'min':
      return Math.min(...values);
    case 'avg':
      return (
        sum(values) / taps.filter(({ on }) => on === 'input' || (settings.countIncludePad && on === 'padding')).length
      );
    case 'lp':
      return sum(values.map((value) => Math.abs(value) ** settings.p)) ** (1 / settings.p);
  }
}

test('a place of the input leads to a window over it, if there is one', () => {
  fc.assert(
    fc.property(scenes, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (scene, row, column) => {
      const outcome = pool(scene.input, scene.settings);
      if (outcome.kind === 'refused' || row >= scene.input.rows || column >= scene.input.columns) return;
      const { geometry } = outcome.pooled;
      const [, height, width] = geometry.axes;
      const at = outputAt(geometry, [row, column], [0, 0]);
      expect(at[0]).toBeGreaterThanOrEqual(0);
      expect(at[0]).toBeLessThan(height.output);
      if (height.coverCount[row] === 0 || width.coverCount[column] === 0) return;
      expect(windowTaps(geometry, at)).toContainEqual({ row, column, on: 'input' });
    }),
  );
});

test('the address holds all of a scene', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      expect(readScene(writeScene(scene), presets.chapter)).toEqual(scene);
    }),
  );
  expect(readScene(writeScene(presets.nan), presets.chapter)).toEqual(presets.nan);
});

test('an address that makes no sense is that of the first example', () => {
  const address = {
    ...writeScene(presets.chapter),
    pool: 'x',
    window: '0',
    stride: '1x',
    padding: '-1',
    p: '',
    x: '1_2*3',
  };
  expect(readScene({ ...address, at: 'a', channel: '7', dilation: '1e9' }, presets.chapter)).toEqual(presets.chapter);
});

test('numbers are read as people type them, and shown so that they fit', () => {
  expect(['', ' 2 ', '−1.5', 'nan', '-inf', '∞'].map(parseValue)).toEqual([0, 2, -1.5, NaN, -Infinity, Infinity]);
  expect(['-', '1..2', 'x', '1e999'].map(parseValue)).toEqual([null, null, null, null]);
  expect([0.1 + 0.2, -2, 1e-7, 12_345_678, NaN, -Infinity].map(formatNumber)).toEqual([
    '0.3',
    '−2',
    '1.00e−7',
    '1.23e+7',
    'NaN',
    '−∞',
  ]);
  expect([14.96663, -0.33333, 2.5].map(formatCell)).toEqual(['14.97', '−0.3333', '2.5']);
});

test('an input that changes its size keeps its numbers', () => {
  const grown = resize(presets.chapter.input, { channels: 2, rows: 2, columns: 4 });
  expect(grown).toEqual(input(2, 4, [(row, column) => (column < 3 ? 3 * row + column : 0), () => 0]));
});

describe('the program beside the figure', () => {
  const cache = fileURLToPath(new URL('../.cache', import.meta.url));
  mkdirSync(cache, { recursive: true });
  // Inside the workspace, where it finds Cenote.
  const folder = mkdtempSync(join(cache, 'programs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const shown = presetNames.filter((name) => name !== 'tooLarge');

  test('compiles, and its result has the type that it says', async () => {
    for (const name of shown) {
      const { input: x, settings } = presets[name];
      const pooled = pooledOf(presets[name]);
      const type = tensorType(pooled.geometry.outputShape);
      const code = program(x, settings, pooled);
      expect(code).toContain(`//    ^ ${type}`);
      writeFileSync(
        join(folder, `${name}.ts`),
        `import type { Tensor } from 'cenote';\n${code}\nexport const typed: ${type} = y;\n`,
      );
    }
    const tsconfig = {
      extends: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
      include: ['*.ts'],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = [programPath('typescript', 'tsc'), '-p', folder, '--pretty', 'false'];
    const { output } = await run(process.execPath, tsc, { cwd: folder });
    expect(output).toBe('');
  });

  test('prints what the figure shows', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    for (const name of shown) {
      const { y } = (await import(join(folder, `${name}.ts`)).then(({ typed }) => ({ y: typed }))) as { y: Tensor };
      const { values, geometry } = pooledOf(presets[name]);
      expect(log).toHaveBeenLastCalledWith(String(y));
      expect([...y.shape]).toEqual([...geometry.outputShape]);
      expect(Array.from(y.dataSync(), Number)).toEqual(values);
    }
    log.mockRestore();
    expect(String(tensor([4, 5]))).toBe('tensor([4., 5.])');
  });

  test('is there without a type while the library refuses', () => {
    const { input: x, settings } = presets.tooLarge;
    expect(program(x, settings, null)).toBe(
      [
        "import { maxPool2d, tensor } from 'cenote';",
        '',
        'const x = tensor([[[',
        '  [0, 1, 2],',
        '  [3, 4, 5],',
        '  [6, 7, 8],',
        ']]]);',
        'const y = maxPool2d(x, 4);',
        'console.log(String(y));',
      ].join('\n'),
    );
  });
});
