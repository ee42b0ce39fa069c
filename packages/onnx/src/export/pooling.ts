import type * as nn from '@cenote/nn';
import type { WindowGeometry } from '@cenote/shape';
import type { AttributeValue } from './graph-builder.js';
import { emit, isBatched, needsBatch, type Place, refuse, spatialAxes, withChannelsFirst } from './place.js';

type Axis = WindowGeometry['axes'][number];
type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

const valuesOf = (axes: readonly Axis[], value: (axis: Axis) => number): AttributeValue => ({ ints: axes.map(value) });
const effective = ({ kernel, dilation }: Axis): number => dilation * (kernel - 1) + 1;

/** Padding in ONNX's order: all beginnings, then all ends. */
const padsOf = (low: readonly number[], high: readonly number[]): AttributeValue => ({ ints: [...low, ...high] });

/** The attributes that all windows have, from the geometry: paddings are numbers there, whatever the layer says. */
export function windowAttributes(geometry: WindowGeometry): Attributes {
  const axes = spatialAxes(geometry);
  return {
    kernel_shape: valuesOf(axes, ({ kernel }) => kernel),
    strides: valuesOf(axes, ({ stride }) => stride),
    pads: padsOf(
      axes.map(({ padLow }) => padLow),
      axes.map(({ padHigh }) => padHigh),
    ),
    ...(axes.some(({ dilation }) => dilation > 1) && { dilations: valuesOf(axes, ({ dilation }) => dilation) }),
  };
}

/** Whether the last window of some axis hangs over the padded input, which only ceil mode makes. */
function overhangs(axes: readonly Axis[]): boolean {
  return axes.some(
    (axis) => (axis.output - 1) * axis.stride + effective(axis) > axis.input + axis.padLow + axis.padHigh,
  );
}

/** ONNX Runtime refuses windows that could be padding only, which it tells by the kernel alone. */
const isWidelyPadded = (axes: readonly Axis[]) => axes.some((a) => a.padLow >= a.kernel || a.padHigh >= a.kernel);

/**
 * Padding as a node of its own, and the attributes of a window that needs none. The ends are padded so far that the last
 * windows are whole.
 */
function padded(place: Place, geometry: WindowGeometry, value: number): { input: string; attributes: Attributes } {
  const axes = spatialAxes(geometry);
  const { pads: _, ...attributes } = windowAttributes(geometry);
  const low = [0, 0, ...axes.map(({ padLow }) => padLow)];
  const high = axes.map((a) => Math.max(0, (a.output - 1) * a.stride + effective(a) - a.input - a.padLow));
  const pads = place.graph.constant(`${place.path}/pads`, 'i64', [...low, 0, 0, ...high]);
  const constant = place.graph.constant(`${place.path}/padding`, 'float', [value], []);
  return { input: emit(place, 'Pad', [place.input, pads, constant]), attributes };
}

const ceilAttribute = (ceilMode: boolean): Attributes => (ceilMode ? { ceil_mode: { int: 1 } } : {});

/** Max pooling, and min pooling as the maximum of what is negated. */
export function extremumPool(place: Place, description: nn.ExtremumPoolDescription, geometry: WindowGeometry): string {
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    const isMin = description.kind.startsWith('min');
    const input = isMin ? emit(inner, 'Neg', [inner.input]) : inner.input;
    const output = maximumOf({ ...inner, input }, geometry, description.ceilMode);
    return isMin ? emit(inner, 'Neg', [output]) : output;
  });
}

/** The largest element of each window. */
export function maximumOf(place: Place, geometry: WindowGeometry, ceilMode: boolean): string {
  if (isWidelyPadded(spatialAxes(geometry))) {
    const { input, attributes } = padded(place, geometry, Number.NEGATIVE_INFINITY);
    return emit(place, 'MaxPool', [input], attributes);
  }
  return emit(place, 'MaxPool', [place.input], { ...windowAttributes(geometry), ...ceilAttribute(ceilMode) });
}

/** The mean of each window. */
export function averageOf(place: Place, geometry: WindowGeometry, ceilMode: boolean, countIncludePad: boolean): string {
  const axes = spatialAxes(geometry);
  if (isWidelyPadded(axes)) {
    return refuse(place, 'ONNX Runtime takes padding below the kernel size only, whatever the dilation; pad less');
  }
  if (axes.some(({ dilation }) => dilation > 1)) place.graph.needsOpset(19, 'AveragePool with dilations');
  return emit(place, 'AveragePool', [place.input], {
    ...windowAttributes(geometry),
    ...ceilAttribute(ceilMode),
    ...(countIncludePad && { count_include_pad: { int: 1 } }),
  });
}

/** A depthwise convolution with the windows of a pooling: zeros around the input, so far that the last windows are whole. */
export function windowedConv(place: Place, geometry: WindowGeometry, filters: string): string {
  const { input, attributes } = padded(place, geometry, 0);
  return emit(place, 'Conv', [input, filters], { ...attributes, group: { int: geometry.inputChannels } });
}

/** Average pooling. A divisor of one's own is a factor, where all windows have the same number of taps. */
export function avgPool(place: Place, description: nn.AvgPoolDescription, geometry: WindowGeometry): string {
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  const { countIncludePad, divisorOverride, ceilMode, dataFormat } = description;
  const axes = spatialAxes(geometry);
  if (divisorOverride !== null && overhangs(axes)) {
    return refuse(
      place,
      'ONNX has no divisorOverride, and the last window of ceil mode has another number of taps, so that no factor makes up for it',
    );
  }
  return withChannelsFirst(place, dataFormat, (inner) => {
    const average = averageOf(inner, geometry, ceilMode, countIncludePad || divisorOverride !== null);
    if (divisorOverride === null) return average;
    const taps = axes.reduce((product, { kernel }) => product * kernel, 1);
    const factor = place.graph.constant(`${place.path}/factor`, 'float', [taps / divisorOverride], []);
    return emit(inner, 'Mul', [average, factor]);
  });
}

/** Why a norm cannot be written, or undefined. */
function normProblem(p: number): string | undefined {
  return Number.isInteger(p) && p >= 1 ? undefined : `the norm of ONNX's LpPool is a whole number from 1 on, not ${p}`;
}

/** LP pooling. */
export function lpPool(place: Place, description: nn.LpPoolDescription, geometry: WindowGeometry): string {
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  const problem = normProblem(description.p);
  if (problem) return refuse(place, problem);
  const { p, dataFormat } = description;
  const axes = spatialAxes(geometry);
  if (axes.some(({ dilation }) => dilation > 1)) place.graph.needsOpset(18, 'LpPool with dilations');
  return withChannelsFirst(place, dataFormat, (inner) => {
    // Zeros add nothing to a norm. With them at the end the last windows are whole: versions before 18 have no ceil mode.
    if (overhangs(axes) || isWidelyPadded(axes)) {
      const { input, attributes } = padded(inner, geometry, 0);
      return emit(inner, 'LpPool', [input], { ...attributes, p: { int: p } });
    }
    return emit(inner, 'LpPool', [inner.input], { ...windowAttributes(geometry), p: { int: p } });
  });
}

/** Pooling of whole planes. */
export function globalPool(place: Place, description: nn.GlobalPoolDescription): string {
  const rank = place.shape.length - 2;
  if (rank !== 1 && rank !== 2 && rank !== 3) return refuse(place, needsBatch);
  if (description.kind === 'globalLpPool') {
    const problem = normProblem(description.p);
    if (problem) return refuse(place, problem);
  }
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    if (description.kind === 'globalLpPool') {
      return emit(inner, 'GlobalLpPool', [inner.input], { p: { int: description.p } });
    }
    return emit(inner, description.kind === 'globalAvgPool' ? 'GlobalAveragePool' : 'GlobalMaxPool', [inner.input]);
  });
}

/** Pooling to a given size, where that makes windows of one size. */
export function adaptivePool(place: Place, description: nn.AdaptivePoolDescription, geometry: WindowGeometry): string {
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  if (spatialAxes(geometry).some(({ uniform }) => !uniform)) {
    const sizes = spatialAxes(geometry).map(({ input, output }) => `${input} to ${output}`);
    return refuse(
      place,
      `the windows of adaptive pooling differ in size here (${sizes.join(', ')}), which those of ONNX cannot; choose an output size that divides the input's`,
    );
  }
  const isMax = description.kind.startsWith('adaptiveMax');
  return withChannelsFirst(place, description.dataFormat, (inner) =>
    emit(inner, isMax ? 'MaxPool' : 'AveragePool', [inner.input], windowAttributes(geometry)),
  );
}
