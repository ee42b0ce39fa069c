import { describe, expect, test } from 'vitest';
import { compare, matches } from '../src/compare.js';
import { decodeElement, encodeElement, positions, tensorOf } from '../src/tensor-data.js';

describe('matches', () => {
  test('NaN equals NaN and nothing else', () => {
    for (const tolerance of ['identical', 'equal', { ulps: 4 }] as const) {
      expect(matches('f32', Number.NaN, Number.NaN, tolerance)).toBe(true);
      expect(matches('f32', 1, Number.NaN, tolerance)).toBe(false);
      expect(matches('f32', Number.NaN, 1, tolerance)).toBe(false);
    }
  });

  test('the sign of zero counts only for what moves data', () => {
    expect(matches('f32', -0, 0, 'identical')).toBe(false);
    expect(matches('f32', -0, 0, 'equal')).toBe(true);
    expect(matches('f32', -0, 0, { ulps: 0 })).toBe(true);
  });

  test('units in the last place are those of the dtype', () => {
    const next = 1 + 2 ** -23;
    expect(matches('f32', next, 1, { ulps: 1 })).toBe(true);
    expect(matches('f32', 1 + 2 ** -22, 1, { ulps: 1 })).toBe(false);
    expect(matches('f64', next, 1, { ulps: 1 })).toBe(false);
    expect(matches('f64', 1 + 2 ** -52, 1, { ulps: 1 })).toBe(true);
    expect(matches('f32', next, 1, 'equal')).toBe(false);
  });

  test('where terms cancel, the magnitude counts', () => {
    expect(matches('f32', 1e-6, 0, { ulps: 4 })).toBe(false);
    expect(matches('f32', 1e-6, 0, { ulps: 4, magnitude: 10 })).toBe(true);
    expect(matches('f32', 1e-5, 0, { ulps: 4, magnitude: 10 })).toBe(false);
  });

  test('numbers below the smallest normal one may be 0', () => {
    expect(matches('f32', 0, 1e-39, { ulps: 1 })).toBe(true);
    expect(matches('f32', 0, 1e-37, { ulps: 1 })).toBe(false);
    expect(matches('f64', 0, 1e-39, { ulps: 1 })).toBe(false);
  });

  test('no tolerance reaches infinity', () => {
    const tolerance = { ulps: 1000, magnitude: Infinity };
    expect(matches('f32', 3e38, Infinity, tolerance)).toBe(false);
    expect(matches('f32', -Infinity, Infinity, tolerance)).toBe(false);
    expect(matches('f32', Infinity, Infinity, tolerance)).toBe(true);
  });

  test('integers are exact whatever the tolerance', () => {
    expect(matches('i32', 100, 101, { ulps: 4, magnitude: 1e9 })).toBe(false);
    expect(matches('i64', 2n ** 62n, 2n ** 62n + 1n, { ulps: 4 })).toBe(false);
    expect(matches('i64', 2n ** 62n, 2n ** 62n, { ulps: 4 })).toBe(true);
  });
});

describe('compare', () => {
  const expected = tensorOf('f32', [2, 3], [0, 1, 2, 3, 4, 5]);

  test('says nothing when all is well', () => {
    expect(compare('y', Float32Array.of(0, 1, 2, 3, 4, 5, 9), expected, 'equal')).toBeNull();
  });

  test('names the first mismatch and counts them', () => {
    expect(compare('output 0', Float32Array.of(0, 1, 2, 3, 7, 8), expected, 'equal')).toBe(
      'output 0[1, 1] is 7, expected 4 (f32, exact); 2 of 6 elements differ',
    );
    expect(compare('y', Float32Array.of(0, 1, 2, 3, 4, Number.NaN), expected, { ulps: 2, magnitude: 8 })).toBe(
      'y[1, 2] is NaN, expected 5 (f32, within 2 units in the last place of at least 8); 1 of 6 elements differ',
    );
  });

  test('looks where the placement says', () => {
    const placed = { ...expected, placement: { strides: [1, 3], offset: 1 } };
    const buffer = new Float32Array(9).fill(-1);
    for (const [flat, position] of positions(placed).entries()) buffer[position] = flat;
    expect(compare('y', buffer, placed, 'equal')).toBeNull();
    expect([...buffer]).toEqual([-1, 0, 3, -1, 1, 4, -1, 2, 5]);
  });

  test('expects what an f32 can hold', () => {
    const tenth = { dtype: 'f32', shape: [1], data: [0.1] } as const;
    expect(compare('y', Float32Array.of(0.1), tenth, 'equal')).toBeNull();
  });
});

test('every number survives JSON', () => {
  for (const value of [0, -0, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53 + 2, 5e-324]) {
    const decoded = decodeElement('f64', JSON.parse(JSON.stringify(encodeElement(value))));
    expect(decoded).toBe(value);
  }
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]) {
    expect(decodeElement('i64', JSON.parse(JSON.stringify(encodeElement(value))))).toBe(value);
  }
});
