import {
  type AxisWindow,
  isCenoteError,
  resolveAdaptivePool,
  resolveConv,
  resolvePool,
  type WindowGeometry,
} from '@cenote/shape';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveRequests, paddingOf, shapeOf, windowCalls } from './arbitrary-specs.js';
import { expectAxis } from './expect-axis.js';
import { naiveAdaptive, naiveRefusal, naiveWindows } from './naive-window.js';

const unitAxis = { taps: [[0, 0]], span: 1 } as const;

function expectUnitAxes(axes: readonly AxisWindow[]): void {
  for (const axis of axes) {
    expectAxis(axis, 1, [unitAxis]);
    expect([axis.kernel, axis.stride, axis.dilation, axis.padLow, axis.padHigh]).toEqual([1, 1, 1, 0, 0]);
  }
}

/** The axes of the call, after checking that those in front of them are unit axes. */
function spatialAxes(geometry: WindowGeometry): readonly AxisWindow[] {
  expectUnitAxes(geometry.axes.slice(0, 3 - geometry.rank));
  return geometry.axes.slice(3 - geometry.rank);
}

const message = {
  padding: /padding (above half of|as large as) the effective window/,
  empty: /window larger than the padded input/,
  noTap: /window without a valid tap/,
};

describe('geometry against windows found one position at a time', () => {
  it('pooling', () => {
    const met = { resolved: 0, padding: 0, empty: 0, noTap: 0 };
    fc.assert(
      fc.property(windowCalls, (call) => {
        const { rank, leading, dataFormat, batch, channels, axes, ceilMode } = call;
        const requests = naiveRequests(call, ceilMode);
        const spec = {
          op: 'pool',
          rank,
          kernelSize: axes.map(({ kernel }) => kernel),
          stride: axes.map(({ stride }) => stride),
          dilation: requests.map(({ dilation }) => dilation),
          padding: paddingOf(call).written,
          ceilMode,
          dataFormat,
        };
        const inputShape = shapeOf(
          call,
          channels,
          axes.map(({ input }) => input),
        );
        const refusals = requests.map(naiveRefusal).filter((reason) => reason !== null);
        if (refusals.length > 0) {
          try {
            resolvePool(spec, inputShape);
          } catch (error) {
            expect(isCenoteError(error)).toBe(true);
            const reason = refusals.find((refusal) => message[refusal].test(String(error)));
            expect(reason, String(error)).toBeDefined();
            if (reason !== undefined) met[reason]++;
            return;
          }
          expect.fail(`accepted a window that must be refused: ${refusals}`);
        }
        met.resolved++;
        const geometry = resolvePool(spec, inputShape);
        for (const [index, axis] of spatialAxes(geometry).entries()) {
          const naive = naiveWindows(requests[index]);
          expectAxis(axis, requests[index].input, naive.outputs);
          expect([axis.padLow, axis.padHigh]).toEqual([naive.padLow, naive.padHigh]);
          expect([axis.kernel, axis.stride, axis.dilation, axis.uniform]).toEqual([
            requests[index].kernel,
            requests[index].stride,
            requests[index].dilation,
            true,
          ]);
        }
        const outputs = requests.map((request) => naiveWindows(request).outputs.length);
        expect(geometry.inputShape).toEqual(inputShape);
        expect(geometry.outputShape).toEqual(shapeOf(call, channels, outputs));
        expect([geometry.rank, geometry.leading, geometry.dataFormat]).toEqual([rank, leading, dataFormat]);
        expect(geometry.batch).toBe(leading === 'batchAndChannels' ? batch : 1);
        expect([geometry.inputChannels, geometry.outputChannels]).toEqual(
          leading === 'none' ? [1, 1] : [channels, channels],
        );
      }),
      { numRuns: 10_000 },
    );
    // Every branch of the comparison was taken often enough to mean something.
    expect(Math.min(met.resolved, met.padding, met.empty)).toBeGreaterThan(500);
    expect(met.noTap).toBeGreaterThan(20);
  });

  it('convolution', () => {
    let [resolved, refused, allPadding] = [0, 0, 0];
    fc.assert(
      fc.property(windowCalls, fc.integer({ min: 1, max: 3 }), fc.nat(3), (call, groups, factor) => {
        if (call.leading === 'none') return;
        const { rank, dataFormat, axes, channels } = call;
        const requests = naiveRequests(call, false);
        const spec = {
          op: 'conv',
          rank,
          stride: axes.map(({ stride }) => stride),
          dilation: requests.map(({ dilation }) => dilation),
          padding: paddingOf(call).written,
          groups,
          dataFormat,
        };
        const inputShape = shapeOf(
          call,
          channels * groups,
          axes.map(({ input }) => input),
        );
        const weightShape = [factor * groups, channels, ...axes.map(({ kernel }) => kernel)];
        const naive = requests.map(naiveWindows);
        if (naive.some(({ outputs }) => outputs.length === 0)) {
          refused++;
          expect(() => resolveConv(spec, inputShape, weightShape)).toThrow(message.empty);
          return;
        }
        resolved++;
        const geometry = resolveConv(spec, inputShape, weightShape);
        for (const [index, axis] of spatialAxes(geometry).entries()) {
          expectAxis(axis, requests[index].input, naive[index].outputs);
          expect([axis.padLow, axis.padHigh]).toEqual([naive[index].padLow, naive[index].padHigh]);
          if (axis.count[0] === 0) allPadding++;
        }
        const outputs = naive.map(({ outputs }) => outputs.length);
        expect(geometry.outputShape).toEqual(shapeOf(call, factor * groups, outputs));
        expect([geometry.inputChannels, geometry.outputChannels]).toEqual([channels * groups, factor * groups]);
      }),
      { numRuns: 4_000 },
    );
    expect(Math.min(resolved, refused, allPadding)).toBeGreaterThan(100);
  });

  it('adaptive pooling', () => {
    let [even, uneven] = [0, 0];
    const sizes = fc.array(
      fc.record({ input: fc.integer({ min: 1, max: 20 }), output: fc.option(fc.integer({ min: 1, max: 24 })) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(windowCalls, sizes, (call, axes) => {
        const rank = axes.length === 1 ? 1 : axes.length === 2 ? 2 : 3;
        const inputs = axes.map(({ input }) => input);
        const geometry = resolveAdaptivePool(
          { op: 'adaptive', rank, outputSize: axes.map(({ output }) => output), dataFormat: call.dataFormat },
          shapeOf(call, call.channels, inputs),
        );
        const outputs = axes.map(({ input, output }) => output ?? input);
        expect(geometry.outputShape).toEqual(shapeOf(call, call.channels, outputs));
        for (const [index, axis] of spatialAxes(geometry).entries()) {
          const windows = naiveAdaptive(inputs[index], outputs[index]);
          expectAxis(axis, inputs[index], windows);
          const starts = windows.map(({ taps }) => taps[0][1]);
          const stride = starts.length === 1 ? windows[0].taps.length : starts[1];
          const isEven =
            stride > 0 &&
            starts.every((start, o) => start === o * stride) &&
            windows.every(({ taps }) => taps.length === windows[0].taps.length);
          expect([axis.uniform, axis.stride]).toEqual(isEven ? [true, stride] : [false, 0]);
          expect(axis.kernel).toBe(Math.max(...windows.map(({ taps }) => taps.length)));
          if (isEven) even++;
          else uneven++;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(even, uneven)).toBeGreaterThan(200);
  });

  it('long axes with large, coprime strides and dilations', () => {
    const size = fc.integer({ min: 1, max: 90 });
    fc.assert(
      fc.property(
        fc.record({
          input: fc.integer({ min: 1, max: 400 }),
          kernel: fc.integer({ min: 1, max: 9 }),
          stride: size,
          dilation: size,
          low: size,
          high: size,
        }),
        ({ low, high, ...window }) => {
          const request = { ...window, padding: [low, high] as const, ceilMode: false };
          const { outputs } = naiveWindows(request);
          if (outputs.length === 0) return;
          const { input, kernel, stride, dilation } = window;
          const spec = { op: 'conv', rank: 1 as const, stride, dilation, padding: [[low, high]] as const };
          expectAxis(resolveConv(spec, [1, input], [1, 1, kernel]).axes[2], input, outputs);
        },
      ),
      { numRuns: 500 },
    );
  });
});
