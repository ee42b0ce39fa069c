import type { WindowGeometry } from '@cenote/shape';
import { permute, scatter, shift, toChannelsLast } from '../axes.js';
import { type CaseWindow, type ConformanceCase, makeCase, resolveWindow } from '../case.js';
import { encodeElement, type TensorData } from '../tensor-data.js';
import { toWindowIndices } from '../window-indices.js';

/**
 * What follows from a case without asking PyTorch again: other kinds of indices, minima from maxima, channels last, and
 * inputs that are strided views.
 */
export function derivedCases(source: ConformanceCase): readonly ConformanceCase[] {
  // f64 differs in nothing but the dtype.
  if (source.needs.dtypes.includes('f64')) return [];
  const derived = [strided(source)];
  if ('window' in source.op) {
    const last = channelsLast(source, source.op.window);
    if (last !== null) derived.push(last);
  }
  if (source.inputs[0]?.dtype === 'f32') derived.push(...otherIndices(source), ...minimum(source));
  return derived;
}

function strided(source: ConformanceCase): ConformanceCase {
  const isMoved = source.op.kind === 'copy';
  return makeCase({
    ...source,
    id: `${source.id}/strided`,
    inputs: source.inputs.map((tensor, i) => scatter(tensor, 3 + i)),
    expect: source.expect.map((tensor, i) => (isMoved ? scatter(tensor, 5) : shift(tensor, 1 + i))),
  });
}

/**
 * The same case with channels last.
 *
 * @param window The window of its op, with channels first.
 * @returns `null` where there is no channel axis.
 */
export function channelsLast(source: ConformanceCase, window: CaseWindow): ConformanceCase | null {
  const { rank } = window.spec;
  const axes = window.inputShape.length;
  if (axes === rank || !('window' in source.op)) return null;
  const order = toChannelsLast(axes, rank);
  const isConv = window.kind === 'conv';
  // Weights and biases keep their layout; everything else has the layout of the input.
  const isWeight = (role: 'inputs' | 'expect', i: number) =>
    (source.op.kind === 'conv' && role === 'inputs' && i > 0) ||
    (source.op.kind === 'convGradInput' && role === 'inputs' && i === 1) ||
    (source.op.kind === 'convGradWeight' && role === 'expect');
  const move = (role: 'inputs' | 'expect') =>
    source[role].map((tensor, i) => (isConv && isWeight(role, i) ? tensor : permute(tensor, order)));
  return makeCase({
    ...source,
    id: `${source.id}/channels-last`,
    op: { ...source.op, window: toLast(window, order) },
    inputs: move('inputs'),
    expect: move('expect'),
  });
}

function toLast(window: CaseWindow, order: readonly number[]): CaseWindow {
  const inputShape = order.map((axis) => window.inputShape[axis]);
  const dataFormat = 'channelsLast';
  switch (window.kind) {
    case 'pool':
      return { ...window, inputShape, spec: { ...window.spec, dataFormat } };
    case 'adaptivePool':
      return { ...window, inputShape, spec: { ...window.spec, dataFormat } };
    case 'conv':
      return { ...window, inputShape, spec: { ...window.spec, dataFormat } };
  }
}

function otherIndices(source: ConformanceCase): readonly ConformanceCase[] {
  const { op } = source;
  if ((op.kind !== 'pool' && op.kind !== 'poolGrad') || op.indices !== 'plane') return [];
  const geometry = resolveWindow(op.window);
  const cases: ConformanceCase[] = [];
  if (op.kind === 'pool') {
    cases.push(
      makeCase({
        ...source,
        id: `${source.id}/no-indices`,
        op: { ...op, indices: 'none' },
        expect: source.expect.slice(0, 1),
      }),
    );
  }
  const taps = geometry.axes.reduce((product, axis) => product * axis.kernel, 1);
  if (taps > 255) return cases;
  const convert = (tensors: readonly TensorData[]) =>
    tensors.map((tensor) => (tensor.dtype === 'i32' ? windowIndices(geometry, tensor) : tensor));
  cases.push(
    makeCase({
      ...source,
      id: `${source.id}/window-indices`,
      op: { ...op, indices: 'window' },
      inputs: convert(source.inputs),
      expect: convert(source.expect),
    }),
  );
  return cases;
}

function windowIndices(geometry: WindowGeometry, plane: TensorData): TensorData {
  return { dtype: 'u8', shape: plane.shape, data: toWindowIndices(geometry, plane.data.map(Number)) };
}

function minimum(source: ConformanceCase): readonly ConformanceCase[] {
  const { op } = source;
  if ((op.kind !== 'pool' && op.kind !== 'poolGrad') || op.pool.fn !== 'max') return [];
  const negate = (tensors: readonly TensorData[]) =>
    tensors.map((tensor) =>
      tensor.dtype === 'f32' ? { ...tensor, data: tensor.data.map((value) => encodeElement(-Number(value))) } : tensor,
    );
  return [
    makeCase({
      ...source,
      id: `${source.id}/minimum`,
      op: { ...op, pool: { fn: 'min' } },
      // The gradient of a minimum is that of a maximum: the index says where it goes.
      inputs: op.kind === 'pool' ? negate(source.inputs) : source.inputs,
      expect: op.kind === 'pool' ? negate(source.expect) : source.expect,
    }),
  ];
}
