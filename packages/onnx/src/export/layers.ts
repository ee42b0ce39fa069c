import type * as nn from '@cenote/nn';
import { elementCount, flattenShape, normalizeAxis, type WindowGeometry } from '@cenote/shape';
import {
  blurPool,
  gatedPool,
  gemPool,
  importancePool,
  maxBlurPool,
  mixedPool,
  spatialPyramidPool,
  stochasticPool,
} from './beyond-pooling.js';
import { emit, isBatched, named, needsBatch, type Place, refuse, withChannelsFirst } from './place.js';
import { adaptivePool, avgPool, extremumPool, globalPool, lpPool, windowAttributes } from './pooling.js';

/** Writes a layer into the graph. @returns The name of its output. */
export function writeLayer(layer: nn.Module, place: Place): string {
  const description = layer.describe();
  const here: Place = { ...place, kind: description.kind };
  switch (description.kind) {
    case 'sequential':
      return writeSequential(layer, here);
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
      return conv(layer, here, description);
    case 'linear':
      return linear(layer, here, description);
    case 'maxPool1d':
    case 'maxPool2d':
    case 'maxPool3d':
    case 'minPool1d':
    case 'minPool2d':
    case 'minPool3d':
      return extremumPool(here, description, windowOf(layer, here));
    case 'avgPool1d':
    case 'avgPool2d':
    case 'avgPool3d':
      return avgPool(here, description, windowOf(layer, here));
    case 'lpPool1d':
    case 'lpPool2d':
    case 'lpPool3d':
      return lpPool(here, description, windowOf(layer, here));
    case 'adaptiveAvgPool1d':
    case 'adaptiveAvgPool2d':
    case 'adaptiveAvgPool3d':
    case 'adaptiveMaxPool1d':
    case 'adaptiveMaxPool2d':
    case 'adaptiveMaxPool3d':
      return adaptivePool(here, description, windowOf(layer, here));
    case 'globalAvgPool':
    case 'globalMaxPool':
    case 'globalLpPool':
      return globalPool(here, description);
    case 'pad1d':
    case 'pad2d':
    case 'pad3d':
      return pad(here, description);
    case 'relu':
      return emit(here, 'Relu', [here.input]);
    case 'sigmoid':
      return emit(here, 'Sigmoid', [here.input]);
    case 'tanh':
      return emit(here, 'Tanh', [here.input]);
    case 'softmax':
    case 'logSoftmax':
      return softmax(here, description);
    case 'flatten':
      return flatten(here, description);
    // A model is written as it is after training, when these do nothing.
    case 'identity':
    case 'dropout':
    case 'input':
      return here.input;
    case 'custom':
      return refuse(here, `a ${description.name} does not say what it computes; build it of layers`);
    case 'blurPool1d':
    case 'blurPool2d':
    case 'blurPool3d':
      return blurPool(here, description);
    case 'maxBlurPool1d':
    case 'maxBlurPool2d':
    case 'maxBlurPool3d':
      return maxBlurPool(here, description);
    case 'softPool1d':
    case 'softPool2d':
    case 'softPool3d':
      return importancePool(here, description, windowOf(layer, here));
    case 'lipPool1d':
    case 'lipPool2d':
    case 'lipPool3d':
      return importancePool(here, description, windowOf(layer, here), (inner) => writeLogits(layer, inner));
    case 'gemPool1d':
    case 'gemPool2d':
    case 'gemPool3d':
      return gemPool(layer, here, description);
    case 'mixedPool1d':
    case 'mixedPool2d':
    case 'mixedPool3d':
      return mixedPool(layer, here, description, windowOf(layer, here));
    case 'gatedPool1d':
    case 'gatedPool2d':
    case 'gatedPool3d':
      return gatedPool(layer, here, description, windowOf(layer, here));
    case 'stochasticPool1d':
    case 'stochasticPool2d':
    case 'stochasticPool3d':
      return stochasticPool(here, description, windowOf(layer, here));
    case 'spatialPyramidPool1d':
    case 'spatialPyramidPool2d':
    case 'spatialPyramidPool3d':
      return spatialPyramidPool(here, description);
    case 'adaptivePolyphaseSample1d':
    case 'adaptivePolyphaseSample2d':
    case 'adaptivePolyphaseSample3d':
    case 'maxUnpool1d':
    case 'maxUnpool2d':
    case 'maxUnpool3d':
    case 'fractionalMaxPool2d':
    case 'fractionalMaxPool3d':
      return refuse(
        here,
        reasons.get(description.kind.replace(/[123]d$/, '')) ?? 'it is made of several operators; build it of layers',
      );
  }
}

/** Why layers cannot be written, by their kind without the number of axes. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['fractionalMaxPool', 'its windows are drawn at random for each input, which no operation of ONNX does'],
  ['maxUnpool', 'it needs the indices of another layer, which a sequential does not hand on'],
  ['adaptivePolyphaseSample', 'where it starts depends on the values of each input, which no pooling of ONNX does'],
]);

/** The window of a layer; only called for layers that have one. */
function windowOf(layer: nn.Module, { shape, kind }: Place): WindowGeometry {
  const reach = layer.reach(shape);
  if (reach === null || reach === 'elementwise') throw new Error(`${kind} has no window`);
  return reach;
}

/** The network inside of a layer that computes the logits of its weights. */
function writeLogits(layer: nn.Module, place: Place): string {
  const logit = layer.children().find(([name]) => name === 'logit')?.[1];
  return logit ? writeLayer(logit, { ...place, path: named(place, 'logit') }) : refuse(place, 'it has no logits');
}

function writeSequential(layer: nn.Module, place: Place): string {
  let { input, shape } = place;
  for (const [name, child] of layer.children()) {
    input = writeLayer(child, { ...place, path: named(place, name), input, shape });
    shape = child.outputShape(shape);
  }
  return input;
}

/** Adds a parameter of a layer, if it has it. @returns The names of the parameters. */
function parameters(layer: nn.Module, place: Place, names: readonly string[]): string[] {
  const own = new Map(layer.ownParameters());
  return names.flatMap((name) => {
    const parameter = own.get(name);
    return parameter ? [place.graph.parameter(named(place, name), parameter)] : [];
  });
}

function conv(layer: nn.Module, place: Place, description: nn.ConvDescription): string {
  const geometry = windowOf(layer, place);
  if (!isBatched(place, geometry.rank)) return refuse(place, needsBatch);
  const weights = parameters(layer, place, ['weight', 'bias']);
  return withChannelsFirst(place, description.dataFormat, (inner) =>
    emit(inner, 'Conv', [inner.input, ...weights], {
      ...windowAttributes(geometry),
      ...(description.groups > 1 && { group: { int: description.groups } }),
    }),
  );
}

function linear(layer: nn.Module, place: Place, { bias }: nn.LinearDescription): string {
  const weights = parameters(layer, place, ['weight', 'bias']);
  if (place.shape.length === 2) return emit(place, 'Gemm', [place.input, ...weights], { transB: { int: 1 } });
  const transposed = emit(place, 'Transpose', [weights[0]], { perm: { ints: [1, 0] } });
  const product = emit(place, 'MatMul', [place.input, transposed]);
  return bias ? emit(place, 'Add', [product, weights[1]]) : product;
}

function softmax(place: Place, { kind, axis }: nn.SoftmaxDescription): string {
  const position = normalizeAxis(kind, axis, place.shape.length);
  return emit(place, kind === 'softmax' ? 'Softmax' : 'LogSoftmax', [place.input], { axis: { int: position } });
}

function flatten(place: Place, { startDim, endDim }: nn.FlattenDescription): string {
  const { shape } = place;
  const start = normalizeAxis('flatten', startDim, shape.length);
  const end = normalizeAxis('flatten', endDim, shape.length);
  if (start === 1 && end === shape.length - 1) return emit(place, 'Flatten', [place.input], { axis: { int: 1 } });
  const joined = flattenShape('flatten', shape, start, end);
  // The batch may be of any size: 0 keeps the size of an axis, −1 is what is left over.
  const sizes = joined.map((size, axis) => (axis < start ? 0 : axis === start && start === 0 ? -1 : size));
  if (start === 0 && elementCount(shape) === 0) return refuse(place, 'a part without elements cannot be flattened');
  const target = place.graph.constant(`${place.path}/shape`, 'i64', sizes);
  return emit(place, 'Reshape', [place.input, target]);
}

const padModes = { constant: 'constant', reflect: 'reflect', replicate: 'edge', circular: 'wrap' };

function pad(place: Place, { padding, mode, value, dataFormat }: nn.PadDescription): string {
  const isConstant = mode === 'constant';
  if (place.shape.length !== padding.length + 2) return refuse(place, needsBatch);
  if (mode === 'circular') place.graph.needsOpset(19, 'Pad with mode wrap');
  return withChannelsFirst(place, dataFormat, (inner) => {
    const pads = [0, 0, ...padding.map(([low]) => low), 0, 0, ...padding.map(([, high]) => high)];
    const inputs = [inner.input, place.graph.constant(`${place.path}/pads`, 'i64', pads)];
    if (isConstant) inputs.push(place.graph.constant(`${place.path}/value`, 'float', [value], []));
    return emit(inner, 'Pad', inputs, { mode: { text: padModes[mode] } });
  });
}
