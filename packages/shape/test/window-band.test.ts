import { type AxisWindow, isCenoteError, resolveAdaptivePool, resolvePool, windowBand } from '@cenote/shape';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** The taps and the divisor of each output, in positions of the whole input. */
function windows({ start, firstTap, count, span, output }: AxisWindow, shift = 0) {
  return Array.from({ length: output }, (_, o) => ({
    start: start[o] + shift,
    firstTap: firstTap[o],
    count: count[o],
    span: span[o],
  }));
}

const requests = fc.record({
  input: fc.integer({ min: 1, max: 40 }),
  kernelSize: fc.integer({ min: 1, max: 7 }),
  stride: fc.integer({ min: 1, max: 9 }),
  dilation: fc.integer({ min: 1, max: 4 }),
  padding: fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.tuple(fc.tuple(fc.nat(9), fc.nat(9))),
    fc.constantFrom('same', 'sameLower'),
  ),
  ceilMode: fc.boolean(),
  bounds: fc.tuple(fc.nat(), fc.nat()),
});

describe('windowBand', () => {
  it('gives a part whose windows are those of the whole, and no more of the input than they see', () => {
    let met = 0;
    fc.assert(
      fc.property(requests, ({ input, bounds, ...window }) => {
        const spec = { op: 'pool', rank: 1, ...window } as const;
        let whole: AxisWindow;
        try {
          [, , whole] = resolvePool(spec, [input]).axes;
        } catch (error) {
          fc.pre(!isCenoteError(error));
          throw error;
        }
        const [a, b] = bounds.map((bound) => bound % whole.output);
        const [first, end] = [Math.min(a, b), Math.max(a, b) + 1];
        const band = windowBand(whole, first, end);
        const [, , part] = resolvePool({ ...spec, padding: [band.padding] }, [band.end - band.start]).axes;
        const expected = windows(whole).slice(first, end);
        expect(windows(part, band.start)).toEqual(expected);
        expect(band.start).toBe(Math.min(...expected.map(({ start }) => start)));
        expect(band.end).toBe(
          Math.max(...expected.map(({ start, count }) => start + (count - 1) * whole.dilation + 1)),
        );
        met++;
      }),
      { numRuns: 2000 },
    );
    expect(met).toBeGreaterThan(500);
  });

  it('overlaps with its neighbour where windows do', () => {
    const { axes } = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, stride: 2, padding: 1 }, [100, 100]);
    expect(windowBand(axes[1], 0, 10)).toEqual({ start: 0, end: 20, padding: [1, 0] });
    expect(windowBand(axes[1], 10, 20)).toEqual({ start: 19, end: 40, padding: [0, 0] });
  });

  it('refuses outputs that are not there, and windows that vary', () => {
    const [, , axis] = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 2 }, [10]).axes;
    for (const [first, end] of [
      [0, 6],
      [-1, 2],
      [2, 2],
      [0.5, 2],
    ]) {
      expect(() => windowBand(axis, first, end)).toThrow(/^windowBand: no such outputs/);
    }
    const [, , varying] = resolveAdaptivePool({ op: 'adaptiveMaxPool1d', rank: 1, outputSize: 4 }, [10]).axes;
    expect(() => windowBand(varying, 0, 1)).toThrow(/^windowBand: these windows vary/);
  });
});
