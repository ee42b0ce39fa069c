import { isCenoteError, paddingFor, resolveConv, resolvePool } from '@cenote/shape';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** The output of a request with this padding, or null where it is refused. */
function outputOf(resolve: () => { readonly outputShape: readonly number[] }): number | null {
  try {
    return resolve().outputShape[1];
  } catch (error) {
    if (!isCenoteError(error)) throw error;
    return null;
  }
}

const size = (max: number) => fc.integer({ min: 1, max });

describe('which padding gives this output size', () => {
  it('known answers', () => {
    expect(paddingFor({ input: 28, output: 28, kernelSize: 5, stride: 1 })).toEqual({
      total: { min: 4, max: 4 },
      symmetric: { min: 2, max: 2 },
    });
    expect(paddingFor({ input: 4, output: 2, kernelSize: 3, stride: 2 })).toEqual({
      total: { min: 1, max: 2 },
      symmetric: { min: 1, max: 1 },
    });
    expect(paddingFor({ input: 28, output: 28, kernelSize: 2, stride: 1 })).toEqual({
      total: { min: 1, max: 1 },
      symmetric: null,
    });
    expect(paddingFor({ input: 9, output: 3, kernelSize: 3 })).toEqual({
      total: { min: 0, max: 2 },
      symmetric: { min: 0, max: 1 },
    });
    expect(paddingFor({ input: 1, output: 100, kernelSize: 1, window: 'conv' }).symmetric).toBeNull();
  });

  it('pooling: all paddings that there are, and no others', () => {
    let [found, none] = [0, 0];
    const request = fc.record({
      input: size(9),
      output: size(8),
      kernelSize: size(5),
      stride: size(5),
      ceilMode: fc.boolean(),
    });
    fc.assert(
      fc.property(request, ({ input, output, kernelSize, stride, ceilMode }) => {
        const spec = { op: 'maxPool1d', rank: 1 as const, kernelSize, stride, ceilMode };
        const totals: number[] = [];
        for (let total = 0; total <= 2 * kernelSize + 4; total++) {
          const pair = [Math.floor(total / 2), Math.ceil(total / 2)] as const;
          if (outputOf(() => resolvePool({ ...spec, padding: [pair] }, [1, input])) === output) totals.push(total);
        }
        const sides: number[] = [];
        for (let padding = 0; padding <= kernelSize; padding++) {
          if (outputOf(() => resolvePool({ ...spec, padding }, [1, input])) === output) sides.push(padding);
        }
        if (totals.length === 0) {
          none++;
          expect(() => paddingFor({ input, output, kernelSize, stride, ceilMode })).toThrow(`gives output ${output}`);
          return;
        }
        found++;
        const range = (list: readonly number[]) =>
          list.length === 0 ? null : { min: Math.min(...list), max: Math.max(...list) };
        expect(paddingFor({ input, output, kernelSize, stride, ceilMode })).toEqual({
          total: range(totals),
          symmetric: range(sides),
        });
        expect(totals.length).toBe(Math.max(...totals) - Math.min(...totals) + 1);
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(found, none)).toBeGreaterThan(200);
  });

  it('convolution: without limits, and however the total is split', () => {
    const request = fc.record({
      input: size(9),
      output: size(8),
      kernelSize: size(5),
      stride: size(5),
      dilation: size(3),
    });
    fc.assert(
      fc.property(request, fc.nat(), ({ input, output, kernelSize, stride, dilation }, split) => {
        const run = (low: number, high: number) =>
          outputOf(() =>
            resolveConv(
              { op: 'conv1d', rank: 1, stride, dilation, padding: [[low, high]] },
              [1, input],
              [1, 1, kernelSize],
            ),
          );
        const totals = Array.from({ length: 60 }, (_, total) => total).filter((total) => {
          const low = split % (total + 1);
          return run(low, total - low) === output;
        });
        if (totals.length === 0) {
          expect(() => paddingFor({ input, output, kernelSize, stride, dilation, window: 'conv' })).toThrow(
            'no padding',
          );
          return;
        }
        const { total, symmetric } = paddingFor({ input, output, kernelSize, stride, dilation, window: 'conv' });
        expect(total).toEqual({ min: totals[0], max: totals[totals.length - 1] });
        const halves = totals.filter((sum) => sum % 2 === 0).map((sum) => sum / 2);
        expect(symmetric).toEqual(halves.length === 0 ? null : { min: halves[0], max: halves[halves.length - 1] });
      }),
      { numRuns: 300 },
    );
  });
});
