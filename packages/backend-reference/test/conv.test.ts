import { type DType, dtypes, type Epilogue } from '@cenote/backend';
import { type DataFormat, resolveConv, type Shape, type SpatialRank, type WindowGeometry } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import {
  arange,
  broadcast,
  evaluateOne,
  forEachIndex,
  hasKernel,
  moved,
  numbersOf,
  type Operand,
  operand,
  randomNumbers,
  randomValues,
} from './harness.js';
import { canonicalPosition, type RandomConv, randomConv } from './random-window.js';

function conv(
  geometry: WindowGeometry,
  groups: number,
  x: Operand,
  weight: Operand,
  epilogue?: Epilogue,
  bias?: Operand,
): number[] {
  const result = { dtype: x.dtype, shape: geometry.outputShape };
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return numbersOf({ kind: 'conv', geometry, groups, epilogue }, inputs, result);
}

function convGradInput(geometry: WindowGeometry, groups: number, dy: Operand, weight: Operand): number[] {
  const result = { dtype: dy.dtype, shape: geometry.inputShape };
  return numbersOf({ kind: 'convGradInput', geometry, groups }, [dy, weight], result);
}

function convGradWeight(geometry: WindowGeometry, groups: number, x: Operand, dy: Operand, shape: Shape): number[] {
  return numbersOf({ kind: 'convGradWeight', geometry, groups }, [x, dy], { dtype: x.dtype, shape });
}

describe('conv', () => {
  // D2L 6.2: a 3 × 3 input and a 2 × 2 kernel.
  const x = arange([1, 1, 3, 3]);
  const weight = arange([1, 1, 2, 2]);
  const geometry = resolveConv({ op: 'conv2d', rank: 2 }, x.shape, weight.shape);

  it('of the example in D2L', () => {
    expect(conv(geometry, 1, x, weight)).toEqual([19, 25, 37, 43]);
  });

  it('leaves out what falls into padding', () => {
    const padded = resolveConv({ op: 'conv2d', rank: 2, padding: 1, stride: 2 }, x.shape, weight.shape);
    // The windows see 0; 1, 2; 3, 6; and 4, 5, 7, 8.
    expect(conv(padded, 1, x, weight)).toEqual([0, 2 * 1 + 3 * 2, 1 * 3 + 3 * 6, 43]);
    const infinite = operand('f32', [Number.POSITIVE_INFINITY, 1, 1, 1], [1, 1, 2, 2]);
    // The infinite tap of the first window is in the padding, and 0 · ∞ does not happen.
    expect(conv(padded, 1, x, infinite)[0]).toBe(0);
  });

  it('adds up the channels of a group', () => {
    const two = operand('f32', [1, 2, 3, 4, 10, 20, 30, 40], [1, 2, 2, 2]);
    const dense = resolveConv({ op: 'conv2d', rank: 2 }, two.shape, [1, 2, 2, 2]);
    const ones = operand('f32', new Array(8).fill(1), [1, 2, 2, 2]);
    expect(conv(dense, 1, two, ones)).toEqual([110]);
    const depthwise = resolveConv({ op: 'conv2d', rank: 2, groups: 2 }, two.shape, [2, 1, 2, 2]);
    expect(conv(depthwise, 2, two, operand('f32', new Array(8).fill(1), [2, 1, 2, 2]))).toEqual([10, 100]);
  });

  it('adds a bias per channel, then activates, then rounds', () => {
    const bias = operand('f32', [-30]);
    expect(conv(geometry, 1, x, weight, { bias: true }, bias)).toEqual([-11, -5, 7, 13]);
    expect(conv(geometry, 1, x, weight, { bias: true, activation: 'relu' }, bias)).toEqual([0, 0, 7, 13]);
    expect(conv(geometry, 1, x, weight, { bias: true, activation: 'tanh' }, bias)).toEqual(
      [-11, -5, 7, 13].map((value) => Math.fround(Math.tanh(value))),
    );
    const repeated = broadcast(operand('f32', [5], [1]), [2]);
    const twoOutputs = resolveConv({ op: 'conv2d', rank: 2 }, x.shape, [2, 1, 3, 3]);
    const weights = operand('f32', new Array(18).fill(1), [2, 1, 3, 3]);
    expect(conv(twoOutputs, 1, x, weights, { bias: true }, repeated)).toEqual([41, 41]);
  });

  it('accumulates in f64', () => {
    const row = operand('f32', [2 ** 30, 1, 1, 1, -(2 ** 30)], [1, 5]);
    const ones = operand('f32', [1, 1, 1, 1, 1], [1, 1, 5]);
    const line = resolveConv({ op: 'conv1d', rank: 1 }, row.shape, ones.shape);
    expect(conv(line, 1, row, ones)).toEqual([3]);
  });

  it('wraps integers around', () => {
    const line = resolveConv({ op: 'conv1d', rank: 1 }, [1, 2], [1, 1, 2]);
    const run = (dtype: DType, values: [number, number]) =>
      conv(line, 1, operand(dtype, [values[0], values[0]], [1, 2]), operand(dtype, [values[1], 1], [1, 1, 2]));
    expect(run('i32', [123456789, 987654321])).toEqual([(Math.imul(123456789, 987654321) + 123456789) | 0]);
    expect(run('u8', [200, 3])).toEqual([(600 + 200) % 256]);
    expect(run('i8', [100, 2])).toEqual([44]);
    const big = operand('i64', [2n ** 40n + 1n, 7n], [1, 2]);
    const bigWeight = operand('i64', [2n ** 40n + 1n, 1n], [1, 1, 2]);
    const op = { kind: 'conv', geometry: line, groups: 1 } as const;
    expect(evaluateOne(op, [big, bigWeight], { dtype: 'i64', shape: [1, 1] })).toEqual([2n ** 41n + 8n]);
  });

  it('is of numbers, with relu for integers', () => {
    const shape = [1, 1, 1];
    const unit = resolveConv({ op: 'conv1d', rank: 1 }, shape, shape);
    for (const dtype of dtypes) {
      const tensor = { dtype, shape };
      const has = (epilogue?: Epilogue) =>
        hasKernel({ kind: 'conv', geometry: unit, groups: 1, epilogue }, [tensor, tensor], [tensor]);
      expect(has()).toBe(dtype !== 'bool');
      expect(has({ bias: false, activation: 'relu' })).toBe(dtype !== 'bool');
      expect(has({ bias: false, activation: 'sigmoid' })).toBe(dtype === 'f32' || dtype === 'f64');
      for (const kind of ['convGradInput', 'convGradWeight'] as const) {
        expect(hasKernel({ kind, geometry: unit, groups: 1 }, [tensor, tensor], [tensor])).toBe(dtype !== 'bool');
      }
    }
  });
});

describe('conv and its gradients on random windows', () => {
  // Every combination of rank, data format and leading axes, with random sizes, strides, dilations, paddings, groups.
  const random = randomNumbers(12);
  const specs: RandomConv[] = [];
  for (let round = 0; round < 25; round++) {
    for (const rank of [1, 2, 3] as SpatialRank[]) {
      for (const dataFormat of ['channelsFirst', 'channelsLast'] as DataFormat[]) {
        for (const batched of [true, false]) specs.push(randomConv(rank, dataFormat, batched, random));
      }
    }
  }

  it('agree with sums over all taps', () => {
    for (const spec of specs) {
      const { geometry, groups } = spec;
      // Small integers in f64, so that all sums are exact whatever their order.
      for (const dtype of ['f64', 'i32'] as const) {
        const x = integers(dtype, geometry.inputShape, random);
        const weight = integers(dtype, spec.weightShape, random);
        const dy = integers(dtype, geometry.outputShape, random);
        const expected = naive(spec, x, weight, dy);
        const place = (tensor: Operand) => moved(tensor, random);
        expect(conv(geometry, groups, place(x), place(weight))).toEqual(expected.y);
        expect(convGradInput(geometry, groups, place(dy), place(weight))).toEqual(expected.dx);
        expect(convGradWeight(geometry, groups, place(x), place(dy), spec.weightShape)).toEqual(expected.dWeight);
      }
    }
  });

  it('are one trilinear form: ⟨y, dy⟩ = ⟨x, dx⟩ = ⟨weight, dWeight⟩', () => {
    for (const spec of specs.slice(0, 60)) {
      const { geometry, groups, weightShape } = spec;
      const x = floats('f32', geometry.inputShape, random);
      const weight = floats('f32', weightShape, random);
      const dy = floats('f32', geometry.outputShape, random);
      const form = dot(conv(geometry, groups, x, weight), dy);
      const tolerance = 1e-5 * (1 + dy.values.length);
      expect(Math.abs(dot(convGradInput(geometry, groups, dy, weight), x) - form)).toBeLessThan(tolerance);
      expect(Math.abs(dot(convGradWeight(geometry, groups, x, dy, weightShape), weight) - form)).toBeLessThan(
        tolerance,
      );
    }
  });

  it('take i64', () => {
    for (const spec of specs.slice(0, 12)) {
      const { geometry, groups, weightShape } = spec;
      const x = integers('i64', geometry.inputShape, random);
      const weight = integers('i64', weightShape, random);
      const dy = integers('i64', geometry.outputShape, random);
      const expected = naive(spec, x, weight, dy);
      expect(conv(geometry, groups, x, weight)).toEqual(expected.y);
      expect(convGradInput(geometry, groups, dy, weight)).toEqual(expected.dx);
      expect(convGradWeight(geometry, groups, x, dy, weightShape)).toEqual(expected.dWeight);
    }
  });
});

describe('conv of nothing', () => {
  it('without a batch, is nothing', () => {
    const empty = resolveConv({ op: 'conv2d', rank: 2 }, [0, 2, 3, 3], [4, 2, 2, 2]);
    const x = operand('f32', [], [0, 2, 3, 3]);
    const weight = operand('f32', new Array(32).fill(1), [4, 2, 2, 2]);
    const dy = operand('f32', [], [0, 4, 2, 2]);
    expect(conv(empty, 1, x, weight)).toEqual([]);
    expect(convGradInput(empty, 1, dy, weight)).toEqual([]);
    expect(convGradWeight(empty, 1, x, dy, weight.shape)).toEqual(new Array(32).fill(0));
  });

  it('of windows that lie in padding as a whole, is the bias', () => {
    const far = resolveConv({ op: 'conv1d', rank: 1, padding: 2 }, [1, 1], [1, 1, 2]);
    const x = operand('f32', [5], [1, 1]);
    const weight = operand('f32', [2, 3], [1, 1, 2]);
    expect(conv(far, 1, x, weight, { bias: true }, operand('f32', [1]))).toEqual([1, 16, 11, 1]);
  });
});

function integers(dtype: DType, shape: Shape, random: () => number): Operand {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = randomValues('i32', count, random);
  return operand(dtype, dtype === 'i64' ? Array.from(values, BigInt) : values, shape);
}

function floats(dtype: 'f32', shape: Shape, random: () => number): Operand {
  return operand(
    dtype,
    randomValues(
      dtype,
      shape.reduce((a, b) => a * b, 1),
      random,
    ),
    shape,
  );
}

function dot(a: readonly number[], b: Operand): number {
  return a.reduce((sum, value, i) => sum + value * Number(b.values[i]), 0);
}

/** From the definition with stride, padding and dilation, not from the tables of the geometry. */
function naive(spec: RandomConv, x: Operand, weight: Operand, dy: Operand) {
  const { geometry, groups, weightShape, windows } = spec;
  const [outputs, perGroup, ...kernel] = weightShape;
  const [kd, kh, kw] = [1, 1, 1, ...kernel].slice(-3);
  const y = new Array<number>(dy.values.length).fill(0);
  const dx = new Array<number>(x.values.length).fill(0);
  const dWeight = new Array<number>(weight.values.length).fill(0);
  const outputShape = [geometry.batch, outputs, ...geometry.axes.map((axis) => axis.output)];
  forEachIndex(outputShape, ([item, o, ...output]) => {
    const yAt = canonicalPosition(geometry, geometry.outputShape, item, o, output);
    const group = Math.floor(o / (outputs / groups));
    forEachIndex([perGroup, kd, kh, kw], ([c, ...taps], tapAt) => {
      const input = windows.map(
        ({ stride, padLow, dilation }, axis) => output[axis] * stride - padLow + taps[axis] * dilation,
      );
      if (input.some((at, axis) => at < 0 || at >= geometry.axes[axis].input)) return;
      const xAt = canonicalPosition(geometry, geometry.inputShape, item, group * perGroup + c, input);
      const weightAt = o * perGroup * kd * kh * kw + tapAt;
      y[yAt] += Number(x.values[xAt]) * Number(weight.values[weightAt]);
      dx[xAt] += Number(dy.values[yAt]) * Number(weight.values[weightAt]);
      dWeight[weightAt] += Number(dy.values[yAt]) * Number(x.values[xAt]);
    });
  });
  return { y, dx, dWeight };
}
