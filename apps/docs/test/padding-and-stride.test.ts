import { describe, expect, test } from 'vitest';
import {
  callOf,
  type Pooled,
  pool,
  presetOf,
  presetSettings,
  type Settings,
  sizeFormula,
} from '../src/figures/padding-and-stride/model.js';

function pooled(settings: Settings): Pooled {
  const result = pool(settings);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

describe("the chapter's examples", () => {
  test('a 3 × 3 window takes steps of 3: one output, and a margin that no window sees', () => {
    const { output, rows } = pooled(presetSettings('whole'));
    expect(output).toEqual([[10]]);
    expect(rows.cover).toEqual([1, 1, 1, 0]);
    expect(sizeFormula(rows)).toBe('⌊(4 − 3) / 3⌋ + 1 = 1');
  });

  test('padding 1, stride 2', () => {
    const { output, rows } = pooled(presetSettings('half'));
    expect(output).toEqual([
      [5, 7],
      [13, 15],
    ]);
    expect(rows.starts).toEqual([-1, 1]);
    expect(rows.cover).toEqual([1, 2, 1, 1]);
    expect(sizeFormula(rows)).toBe('⌊(4 + 1 + 1 − 3) / 2⌋ + 1 = 2');
  });

  test('a window of 2 × 3, stride (2, 3), padding (0, 1)', () => {
    const { output, rows, columns } = pooled(presetSettings('oblong'));
    expect(output).toEqual([
      [5, 7],
      [13, 15],
    ]);
    expect([rows.output, columns.output]).toEqual([2, 2]);
    expect(columns.starts).toEqual([-1, 2]);
  });
});

describe('the settings', () => {
  test.each([
    ['whole', 'maxPool2d(x, 3)'],
    ['half', 'maxPool2d(x, 3, { stride: 2, padding: 1 })'],
    ['oblong', 'maxPool2d(x, [2, 3], { padding: [0, 1] })'],
  ] as const)('%s as a call', (name, call) => {
    expect(callOf(presetSettings(name))).toBe(call);
    expect(presetOf(presetSettings(name))).toBe(name);
  });

  test('that are no preset', () => {
    expect(presetOf({ ...presetSettings('half'), size: [5, 4] })).toBeNull();
    expect(presetOf({ ...presetSettings('half'), pooling: 'average' })).toBeNull();
  });

  test("that do not fit give the library's words", () => {
    expect(pool({ ...presetSettings('whole'), size: [2, 2] })).toBe(
      'maxPool2d: window larger than the padded input on axis H. Got kernelSize 3, padded input 2 (2 + 0 + 0); expected at most 2. Reduce kernelSize or increase padding.',
    );
  });

  test('an average counts the padding in its divisor', () => {
    expect(pooled({ ...presetSettings('half'), pooling: 'average' }).output[0][0]).toBeCloseTo(10 / 9);
  });
});
