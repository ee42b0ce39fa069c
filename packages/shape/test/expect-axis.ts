import type { AxisWindow } from '@cenote/shape';
import { expect } from 'vitest';
import type { NaiveOutput } from './naive-window.js';

/** Compares every table of an axis with windows that were found one position at a time. */
export function expectAxis(axis: AxisWindow, input: number, outputs: readonly NaiveOutput[]): void {
  const covering: number[][] = Array.from({ length: input }, () => []);
  for (const [o, { taps }] of outputs.entries()) for (const [, position] of taps) covering[position].push(o);

  expect([axis.input, axis.output]).toEqual([input, outputs.length]);
  expect([axis.start.length, axis.firstTap.length, axis.count.length, axis.span.length]).toEqual(
    new Array(4).fill(outputs.length),
  );
  expect([axis.coverStart.length, axis.coverCount.length]).toEqual([input, input]);
  const found = outputs.map((_, o): NaiveOutput => {
    if (axis.count[o] === 0) expect([axis.start[o], axis.firstTap[o]]).toEqual([0, 0]);
    const taps = Array.from(
      { length: axis.count[o] },
      (_, j) => [axis.firstTap[o] + j, axis.start[o] + j * axis.dilation] as const,
    );
    return { taps, span: axis.span[o] };
  });
  expect(found).toEqual(outputs);
  const foundCovering = covering.map((_, i) => {
    if (axis.coverCount[i] === 0) expect(axis.coverStart[i]).toBe(0);
    return Array.from({ length: axis.coverCount[i] }, (_, j) => axis.coverStart[i] + j * axis.coverStep);
  });
  expect(foundCovering).toEqual(covering);

  expect(axis.kernel).toBeGreaterThanOrEqual(Math.max(...outputs.map(({ taps }) => taps.length)));
  const full = outputs.flatMap(({ taps }, o) => (taps.length === axis.kernel ? [o] : []));
  const interior = axis.uniform && full.length > 0 ? [full[0], full[full.length - 1] + 1] : [0, 0];
  expect([axis.interiorStart, axis.interiorEnd]).toEqual(interior);
  for (let o = axis.interiorStart; o < axis.interiorEnd; o++) {
    expect([axis.start[o], axis.count[o]]).toEqual([o * axis.stride - axis.padLow, axis.kernel]);
  }
}
