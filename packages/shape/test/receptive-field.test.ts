import {
  type ReceptiveStep,
  receptiveField,
  receptiveRange,
  receptiveStep,
  resolveAdaptivePool,
  resolveConv,
  visibleRange,
} from '@cenote/shape';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const conv = (kernelSize: number, padding = 0, stride = 1): ReceptiveStep => ({ kernelSize, padding, stride });
const pool = (kernelSize: number, stride: number): ReceptiveStep => ({ kernelSize, stride });
const figures = (chain: readonly ReceptiveStep[]) =>
  receptiveField(chain).map(({ size, jump, padding }) => [size, jump, padding]);

describe('known receptive fields: size, effective stride, effective padding', () => {
  it('alexnet_v2 up to pool5 (Distill 2019)', () => {
    const chain = [conv(11, 0, 4), pool(3, 2), conv(5, 2), pool(3, 2), conv(3, 1), conv(3, 1), conv(3, 1), pool(3, 2)];
    expect(figures(chain).at(-1)).toEqual([195, 32, 64]);
  });

  it('vgg_16 up to pool5 (Distill 2019)', () => {
    const chain = [2, 2, 3, 3, 3].flatMap((convs) => [...Array.from({ length: convs }, () => conv(3, 1)), pool(2, 2)]);
    expect(figures(chain).at(-1)).toEqual([212, 32, 90]);
  });

  it('LeNet', () => {
    expect(figures([conv(5, 2), pool(2, 2), conv(5), pool(2, 2)])).toEqual([
      [5, 1, 2],
      [6, 2, 2],
      [14, 2, 2],
      [16, 4, 2],
    ]);
  });

  it('dilation, start and center', () => {
    expect(receptiveField([{ kernelSize: 3, dilation: 2, padding: 2 }])).toEqual([
      { size: 5, jump: 1, padding: 2, start: -2, center: 0 },
    ]);
    expect(receptiveField([{ kernelSize: 2 }])).toEqual([{ size: 2, jump: 1, padding: 0, start: 0, center: 0.5 }]);
  });
});

describe('what an output sees', () => {
  it('as if the input had no ends', () => {
    const [field] = receptiveField([conv(5, 2, 3)]);
    expect([0, 1, 4].map((output) => receptiveRange(field, output))).toEqual([
      { start: -2, end: 3 },
      { start: 1, end: 6 },
      { start: 10, end: 15 },
    ]);
  });

  it('leaves out a remainder that no layer keeps', () => {
    // 5 inputs, windows of 2 two apart: input 4 is lost. A padded window of 3 over the 2 outputs cannot bring it back.
    const first = resolveConv({ op: 'conv1d', rank: 1, stride: 2 }, [1, 5], [1, 1, 2]).axes[2];
    const second = resolveConv({ op: 'conv1d', rank: 1, padding: 1 }, [1, 2], [1, 1, 3]).axes[2];
    expect(visibleRange([first, second], 1)).toEqual({ start: 0, end: 4 });
  });

  it('is empty in padding', () => {
    const window = resolveConv({ op: 'conv1d', rank: 1, padding: 4 }, [1, 5], [1, 1, 2]).axes[2];
    expect(visibleRange([window], 0)).toEqual({ start: 0, end: 0 });
    expect(visibleRange([], 3)).toEqual({ start: 3, end: 4 });
  });

  it('adaptive windows have a range, and a step only when evenly spaced', () => {
    const uneven = resolveAdaptivePool({ op: 'adaptiveAvgPool1d', rank: 1, outputSize: 3 }, [5]).axes[2];
    expect([receptiveStep(uneven), visibleRange([uneven], 1)]).toEqual([null, { start: 1, end: 4 }]);
    const even = resolveAdaptivePool({ op: 'adaptiveAvgPool1d', rank: 1, outputSize: 3 }, [6]).axes[2];
    expect(receptiveStep(even)).toEqual({ kernelSize: 2, stride: 2, padding: 0, dilation: 1 });
  });

  it('agrees with chains followed backwards tap by tap', () => {
    const layer = fc.record({
      kernel: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.nat(3),
      dilation: fc.integer({ min: 1, max: 3 }),
    });
    let compared = 0;
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 30 }), fc.array(layer, { minLength: 1, maxLength: 4 }), (input, layers) => {
        let size = input;
        // Each position of a layer as the inputs that it sees, and as those that it would see on an endless line.
        let seen: ReadonlySet<number>[] = Array.from({ length: input }, (_, i) => new Set([i]));
        const windows = [];
        for (const { kernel, stride, padding, dilation } of layers) {
          if ((kernel - 1) * dilation + 1 > size + 2 * padding) return;
          const { axes, outputShape } = resolveConv(
            { op: 'conv1d', rank: 1, stride, padding, dilation },
            [1, size],
            [1, 1, kernel],
          );
          windows.push(axes[2]);
          size = outputShape[1];
          const below = seen;
          seen = Array.from({ length: size }, (_, o) => {
            const union = new Set<number>();
            for (let tap = 0; tap < kernel; tap++)
              for (const i of below[o * stride - padding + tap * dilation] ?? []) union.add(i);
            return union;
          });
        }
        const steps = windows.map(receptiveStep).filter((step) => step !== null);
        const field = receptiveField(steps).at(-1);
        for (const [output, inputs] of seen.entries()) {
          const range = visibleRange(windows, output);
          const expected =
            inputs.size === 0 ? { start: 0, end: 0 } : { start: Math.min(...inputs), end: Math.max(...inputs) + 1 };
          expect(range).toEqual(expected);
          if (field === undefined || inputs.size === 0) continue;
          const endless = receptiveRange(field, output);
          expect(endless.start).toBeLessThanOrEqual(range.start);
          expect(endless.end).toBeGreaterThanOrEqual(range.end);
          // Away from the ends the two are the same.
          if (inputs.size === field.size) {
            expect(endless).toEqual(range);
            compared++;
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
