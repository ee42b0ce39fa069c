import type * as nn from '@cenote/nn';
import type { SpatialRank, WindowGeometry } from '@cenote/shape';
import { blurGeometry, maxBlurGeometries, pyramidGeometries } from '@cenote/tensor/engine';
import { emit, isBatched, named, needsBatch, type Place, refuse, spatialAxes, withChannelsFirst } from './place.js';
import { averageOf, maximumOf, windowAttributes, windowedConv } from './pooling.js';

const padModes = { reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;

const rankOf = (kind: string): SpatialRank => (kind.endsWith('1d') ? 1 : kind.endsWith('2d') ? 2 : 3);

/** Row `size` of Pascal's triangle over its sum, once for each axis. */
function binomialFilter(size: number, rank: SpatialRank): readonly number[] {
  let row = [1];
  while (row.length < size) row = [...row, 0].map((value, index) => (value + (row[index - 1] ?? 0)) / 2);
  let values: readonly number[] = [1];
  for (let axis = 0; axis < rank; axis++) values = values.flatMap((value) => row.map((tap) => value * tap));
  return values;
}

/** A depthwise convolution with a filter that is the same for all channels. */
function blur(place: Place, geometry: WindowGeometry, mode: nn.BlurPoolDescription['paddingMode']): string {
  const { graph, path, input } = place;
  const { rank, inputChannels } = geometry;
  const axes = spatialAxes(geometry);
  const [{ kernel }] = axes;
  const filter = binomialFilter(kernel, rank);
  const weight = graph.constant(`${path}/filter`, 'float', Array.from({ length: inputChannels }, () => filter).flat(), [
    inputChannels,
    1,
    ...axes.map((axis) => axis.kernel),
  ]);
  const group = { group: { int: inputChannels } };
  if (mode === 'zeros') return emit(place, 'Conv', [input, weight], { ...windowAttributes(geometry), ...group });
  if (mode === 'circular') graph.needsOpset(19, 'Pad with mode wrap');
  const pads = [0, 0, ...axes.map(({ padLow }) => padLow), 0, 0, ...axes.map(({ padHigh }) => padHigh)];
  const around = emit(place, 'Pad', [input, graph.constant(`${path}/pads`, 'i64', pads)], {
    mode: { text: padModes[mode] },
  });
  const { pads: _, ...attributes } = windowAttributes(geometry);
  return emit(place, 'Conv', [around, weight], { ...attributes, ...group });
}

/** Smoothing, then subsampling. */
export function blurPool(place: Place, description: nn.BlurPoolDescription): string {
  const rank = rankOf(description.kind);
  if (!isBatched(place, rank)) return refuse(place, needsBatch);
  const geometry = blurGeometry(description.kind, rank, place.shape, description);
  return withChannelsFirst(place, description.dataFormat, (inner) => blur(inner, geometry, description.paddingMode));
}

/** The maximum one element apart, then smoothing, then subsampling. */
export function maxBlurPool(place: Place, description: nn.MaxBlurPoolDescription): string {
  const rank = rankOf(description.kind);
  if (!isBatched(place, rank)) return refuse(place, needsBatch);
  const geometries = maxBlurGeometries(description.kind, rank, place.shape, description);
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    const dense = maximumOf(inner, geometries.dense, false);
    return blur({ ...inner, input: dense }, geometries.blur, description.paddingMode);
  });
}

/** A parameter `[1]` or `[C]` in a shape that broadcasts with `[N, C, …]`. */
function perChannel(place: Place, name: string, parameter: string, rank: SpatialRank): string {
  const shape = place.graph.constant(`${place.path}/${name}`, 'i64', [1, -1, ...new Array<number>(rank).fill(1)]);
  return emit(place, 'Reshape', [parameter, shape]);
}

const scalar = ({ graph, path }: Place, name: string, value: number): string =>
  graph.constant(`${path}/${name}`, 'float', [value], []);

/** The generalised mean, relative to the largest element so that no power overflows. */
export function gemPool(layer: nn.Module, place: Place, description: nn.GemPoolDescription): string {
  const rank = rankOf(description.kind);
  if (!isBatched(place, rank)) return refuse(place, needsBatch);
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    const learned = layer.ownParameters().find(([name]) => name === 'p')?.[1];
    const exponent = learned
      ? perChannel(inner, 'exponent', place.graph.parameter(named(place, 'p'), learned), rank)
      : scalar(inner, 'p', description.p);
    const raised = emit(inner, 'Max', [inner.input, scalar(inner, 'eps', description.eps)]);
    const largest = emit(inner, 'GlobalMaxPool', [raised]);
    const powers = emit(inner, 'Pow', [emit(inner, 'Div', [raised, largest]), exponent]);
    const mean = emit(inner, 'GlobalAveragePool', [powers]);
    return emit(inner, 'Mul', [largest, emit(inner, 'Pow', [mean, emit(inner, 'Reciprocal', [exponent])])]);
  });
}

/** `share · max + (1 − share) · avg`. */
function mix(
  place: Place,
  geometry: WindowGeometry,
  share: string,
  description: nn.MixedPoolDescription | nn.GatedPoolDescription,
): string {
  const largest = maximumOf(place, geometry, description.ceilMode);
  const average = averageOf(place, geometry, description.ceilMode, description.countIncludePad);
  const rest = emit(place, 'Sub', [scalar(place, 'one', 1), share]);
  return emit(place, 'Add', [emit(place, 'Mul', [largest, share]), emit(place, 'Mul', [average, rest])]);
}

/** Between max and average pooling: as after training, with equal parts where they are drawn. */
export function mixedPool(
  layer: nn.Module,
  place: Place,
  description: nn.MixedPoolDescription,
  geometry: WindowGeometry,
): string {
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    const { mixing } = description;
    const logit = layer.ownParameters().find(([name]) => name === 'mixingLogit')?.[1];
    const share = logit
      ? emit(inner, 'Sigmoid', [
          perChannel(inner, 'share', place.graph.parameter(named(place, 'mixingLogit'), logit), geometry.rank),
        ])
      : scalar(inner, 'share', typeof mixing === 'number' ? mixing : 0.5);
    return mix(inner, geometry, share, description);
  });
}

/** Between max and average pooling, in parts that depend on the elements. */
export function gatedPool(
  layer: nn.Module,
  place: Place,
  description: nn.GatedPoolDescription,
  geometry: WindowGeometry,
): string {
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  const gate = layer.ownParameters().find(([name]) => name === 'weight')?.[1];
  if (!gate) return refuse(place, 'it has no gate');
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    const { graph, path } = inner;
    const kernel = spatialAxes(geometry).map((axis) => axis.kernel);
    const single = graph.constant(`${path}/gate`, 'i64', [-1, 1, ...kernel]);
    const all = graph.constant(`${path}/gates`, 'i64', [geometry.inputChannels, 1, ...kernel]);
    const filters = emit(inner, 'Expand', [
      emit(inner, 'Reshape', [graph.parameter(named(place, 'weight'), gate), single]),
      all,
    ]);
    const share = emit(inner, 'Sigmoid', [windowedConv(inner, geometry, filters)]);
    return mix(inner, geometry, share, description);
  });
}

/** The most taps that are written one by one. */
const mostTaps = 64;

/** The taps of each window, one value for each tap: slices of the input, with `padding` around it. */
function tapsOf(place: Place, geometry: WindowGeometry, input: string, padding: number): readonly string[] {
  const { graph, path } = place;
  const axes = spatialAxes(geometry);
  const high = axes.map((a) =>
    Math.max(0, (a.output - 1) * a.stride + a.dilation * (a.kernel - 1) + 1 - a.input - a.padLow),
  );
  const pads = [0, 0, ...axes.map(({ padLow }) => padLow), 0, 0, ...high];
  const isPadded = pads.some(Boolean);
  const around = isPadded
    ? emit(place, 'Pad', [input, graph.constant(`${path}/pads`, 'i64', pads), scalar(place, 'padding', padding)])
    : input;
  let offsets: readonly (readonly number[])[] = [[]];
  for (const { kernel, dilation } of axes) {
    offsets = offsets.flatMap((offset) => Array.from({ length: kernel }, (_, tap) => [...offset, tap * dilation]));
  }
  const ints = (name: string, values: readonly number[]) => graph.constant(`${path}/${name}`, 'i64', values);
  const along = ints(
    'axes',
    axes.map((_, axis) => axis + 2),
  );
  const steps = ints(
    'steps',
    axes.map(({ stride }) => stride),
  );
  return offsets.map((starts) => {
    const ends = axes.map(({ output, stride }, axis) => starts[axis] + (output - 1) * stride + 1);
    return emit(place, 'Slice', [around, ints('starts', starts), ints('ends', ends), along, steps]);
  });
}

/** `Σ e^l x / Σ e^l`, with the largest logit of each window taken off, so that nothing overflows. */
function weighted(place: Place, geometry: WindowGeometry, logits: string): string {
  const taps = tapsOf(place, geometry, place.input, 0);
  const scores = tapsOf(place, geometry, logits, Number.NEGATIVE_INFINITY);
  const largest = emit(place, 'Max', scores);
  const weights = scores.map((score) => emit(place, 'Exp', [emit(place, 'Sub', [score, largest])]));
  const products = weights.map((weight, index) => emit(place, 'Mul', [weight, taps[index]]));
  return emit(place, 'Div', [emit(place, 'Sum', products), emit(place, 'Sum', weights)]);
}

/** Why windows are refused that would become too many nodes, or undefined. */
function tapProblem(place: Place, geometry: WindowGeometry): string | undefined {
  if (!isBatched(place, geometry.rank)) return needsBatch;
  const taps = spatialAxes(geometry).reduce((product, { kernel }) => product * kernel, 1);
  return taps <= mostTaps
    ? undefined
    : `each of ${taps} taps would be a node of its own; at most ${mostTaps} are written`;
}

/** A mean with exponential weights. @param logits Writes what computes them; the input itself where it is left out. */
export function importancePool(
  place: Place,
  { dataFormat }: nn.SoftPoolDescription | nn.LipPoolDescription,
  geometry: WindowGeometry,
  logits?: (place: Place) => string,
): string {
  const problem = tapProblem(place, geometry);
  if (problem) return refuse(place, problem);
  // The network of the logits takes the layer's own format; only the windows are written with channels first.
  const scores = logits?.(place);
  return withChannelsFirst(place, dataFormat, (inner) => {
    if (scores === undefined) return weighted(inner, geometry, inner.input);
    if (dataFormat === 'channelsFirst') return weighted(inner, geometry, scores);
    const order = [0, place.shape.length - 1, ...spatialAxes(geometry).map((_, axis) => axis + 1)];
    return weighted(inner, geometry, emit(inner, 'Transpose', [scores], { perm: { ints: order } }));
  });
}

/** The expectation of an element that is drawn in proportion to the positive part of each. */
export function stochasticPool(
  place: Place,
  description: nn.StochasticPoolDescription,
  geometry: WindowGeometry,
): string {
  const problem = tapProblem(place, geometry);
  if (problem) return refuse(place, problem);
  return withChannelsFirst(place, description.dataFormat, (inner) => {
    const [zero, one] = [scalar(inner, 'zero', 0), scalar(inner, 'one', 1)];
    const orOne = (value: string) => emit(inner, 'Where', [emit(inner, 'Equal', [value, zero]), one, value]);
    const taps = tapsOf(inner, geometry, emit(inner, 'Relu', [inner.input]), 0);
    const largest = orOne(emit(inner, 'Max', taps));
    const shares = taps.map((tap) => emit(inner, 'Div', [tap, largest]));
    const total = orOne(emit(inner, 'Sum', shares));
    const parts = shares.map((share, index) => emit(inner, 'Mul', [emit(inner, 'Div', [share, total]), taps[index]]));
    return emit(inner, 'Sum', parts);
  });
}

/** Pyramids of cells, where the cells of each level have one size. */
export function spatialPyramidPool(place: Place, description: nn.SpatialPyramidPoolDescription): string {
  const { kind, levels, mode, dataFormat } = description;
  const rank = rankOf(kind);
  if (!isBatched(place, rank)) return refuse(place, needsBatch);
  const geometries = pyramidGeometries(kind, rank, place.shape, levels, { mode, dataFormat });
  const uneven = levels.filter((_, level) => spatialAxes(geometries[level]).some(({ uniform }) => !uniform));
  if (uneven.length > 0) {
    return refuse(
      place,
      `cells differ in size at levels ${uneven.join(', ')}; choose levels that divide the input's sizes`,
    );
  }
  // The output has channels first in either format, so that nothing is turned back.
  const last = place.shape.length - 1;
  const order = [0, last, ...Array.from({ length: rank }, (_, axis) => axis + 1)];
  const input =
    dataFormat === 'channelsFirst' ? place.input : emit(place, 'Transpose', [place.input], { perm: { ints: order } });
  const parts = geometries.map((geometry) =>
    emit(
      place,
      'Flatten',
      [emit(place, mode === 'max' ? 'MaxPool' : 'AveragePool', [input], windowAttributes(geometry))],
      { axis: { int: 1 } },
    ),
  );
  return emit(place, 'Concat', parts, { axis: { int: 1 } });
}
