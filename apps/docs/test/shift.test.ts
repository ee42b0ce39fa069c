import { describe, expect, test } from 'vitest';
import {
  differenceOf,
  imageOf,
  maxShift,
  phasesOf,
  pictures,
  type ShiftSettings,
  shifts,
  stagesOf,
} from '../src/figures/shift/model.js';

const settings: ShiftSettings = { picture: 'edge', unsigned: false, pooling: 'max', window: 2, stride: 2 };

describe('the picture that shifts', () => {
  test.each(pictures)('%s moves by whole pixels', (picture) => {
    for (const shift of shifts.slice(1)) {
      const [before, after] = [imageOf(picture, shift - 1), imageOf(picture, shift)];
      expect(after.map((row) => row.slice(1))).toEqual(before.map((row) => row.slice(0, -1)));
    }
  });

  test('stays in view at the ends', () => {
    for (const picture of pictures) {
      for (const shift of [-maxShift, maxShift]) {
        for (const row of imageOf(picture, shift)) expect(new Set(row).size).toBe(2);
      }
    }
  });

  test('has one edge for the kernel, of height 1', () => {
    const { edges } = stagesOf(settings, 0);
    for (const row of edges) expect(row).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('what a shift by one pixel does', () => {
  const moved = (from: number, to: number, changed: Partial<ShiftSettings> = {}) => {
    const [before, after] = [stagesOf({ ...settings, ...changed }, from), stagesOf({ ...settings, ...changed }, to)];
    return {
      edges: differenceOf(before.edges, after.edges).count,
      pooled: differenceOf(before.pooled, after.pooled).count,
    };
  };

  test('to the right, within a window: pooling hides it', () => {
    expect(moved(0, 1)).toEqual({ edges: 12, pooled: 0 });
  });

  test('to the left, across the border of a window: pooling shows it', () => {
    expect(moved(0, -1)).toEqual({ edges: 12, pooled: 6 });
  });

  test('with windows that overlap, half of the answers stay', () => {
    // Two cells of a row are lit before and after; one of them is the same.
    expect(moved(0, 1, { stride: 1 })).toEqual({ edges: 12, pooled: 10 });
    const [before, after] = [0, 1].map((shift) => stagesOf({ ...settings, stride: 1 }, shift).pooled[0]);
    expect(before.filter((value, column) => value === 1 && after[column] === 1)).toHaveLength(1);
  });

  test('the maximum loses a rising edge, which the average keeps', () => {
    const least = (changed: Partial<ShiftSettings>) =>
      Math.min(...stagesOf({ ...settings, picture: 'band', ...changed }, 0).pooled.flat());
    expect(least({})).toBe(0);
    expect(least({ pooling: 'average' })).toBe(-0.5);
    expect(least({ pooling: 'average', unsigned: true })).toBe(0);
  });
});

describe('the diagram of all shifts', () => {
  test('alternates between all and nothing with a stride of 2', () => {
    const phases = phasesOf(settings);
    expect(phases.map(({ flippedEdges }) => flippedEdges)).toEqual([null, 12, 12, 12, 12, 12, 12, 12, 12]);
    expect(phases.map(({ flippedPooled }) => flippedPooled)).toEqual([null, 0, 6, 0, 6, 0, 6, 0, 6]);
  });

  test('is a staircase whose steps are as wide as the stride', () => {
    const steps = (stride: number, window: number) =>
      phasesOf({ ...settings, stride, window }).map(({ pooled }) => pooled.indexOf(1));
    expect(steps(2, 2)).toEqual([2, 2, 3, 3, 4, 4, 5, 5, 6]);
    expect(steps(4, 4)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3]);
  });

  test('changes at every step for a band without its sign, whose edges have different phases', () => {
    const phases = phasesOf({ ...settings, picture: 'band', unsigned: true });
    expect(phases.slice(1).every(({ flippedPooled }) => flippedPooled === 6)).toBe(true);
  });

  test('never settles for an edge that runs aslant: each pair of rows has a phase of its own', () => {
    const flips = phasesOf({ ...settings, picture: 'slope' })
      .map(({ flippedPooled }) => flippedPooled)
      .slice(1);
    expect(Math.min(...flips.map(Number))).toBeGreaterThan(0);
  });
});
