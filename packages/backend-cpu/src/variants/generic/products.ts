import { byteSize, type Epilogue, isFloat, type Layout, type OpOf } from '@cenote/backend';
import { elementCount, roleStrides, type WindowGeometry } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Variant } from '../../plan.js';
import { epilogueName } from '../epilogue-name.js';
import { tapCount } from '../tap-count.js';
import { dtypeCode, unaryCode } from './codes.js';
import { scalarPlan } from './rows.js';
import { matrixTables, tensorSlots, windowTables, windowTensor } from './windows.js';

/** Channels that are computed together, so that a row is loaded once for all of them. */
const blockChannels = 8;

/** `matmul` for every number and layout: a row of the result is a sum of rows of b, which a convolution calls channels. */
export const genericMatmul: Variant<'matmul'> = {
  target: 'scalar',
  plan({ epilogue }, [a, b, bias], [y]) {
    const [batch, rows, inner] = a.shape;
    const columns = y.shape[2];
    const size = byteSize[y.dtype];
    const args = [
      ...matrixTables(columns),
      ...matrixSlots(output(0), y),
      ...matrixSlots(input(1), b),
      ...[input(0), ...a.strides.map((stride) => stride * size), 0, 0, 0],
      ...(epilogue?.bias ? [input(2), 0, bias.strides[0] * size] : [0, 0, 0]),
    ];
    const name = `matmul${epilogueName(epilogue)}`;
    return sumPlan(name, y, args, [1, rows, inner], batch, [columns, columns, 1], inner, false, epilogue);
  },
};

/** A row of a matrix is what a channel is to a convolution. */
function matrixSlots(place: Argument, layout: Layout): readonly Argument[] {
  const [batch, channel, width] = layout.strides;
  return tensorSlots(place, { batch, channel, depth: 0, height: 0, width }, layout);
}

/** `conv` for every number and layout: an output row is the sum of the input rows that it sees, weighted with taps. */
export const genericConv: Variant<'conv'> = {
  target: 'scalar',
  plan: (op, inputs, [y]) => convPlan(op, inputs, y, op.epilogue),
};

/** `convGradInput` for every number and layout: an input row is a sum over the output rows that saw it. */
export const genericConvGradInput: Variant<'convGradInput'> = {
  target: 'scalar',
  plan: (op, inputs, [dx]) => convPlan(op, inputs, dx, undefined),
};

function convPlan(
  { kind, geometry, groups }: OpOf<'conv' | 'convGradInput'>,
  [source, weight, bias]: readonly Layout[],
  target: Layout,
  epilogue: Epilogue | undefined,
): Plan | null {
  const isForward = kind === 'conv';
  const { axes, rank, batch, inputChannels, outputChannels } = geometry;
  const [depth, height, width] = axes;
  const size = byteSize[target.dtype];
  // A weight has its axes where a batched channels-first input has them.
  const weightGeometry: WindowGeometry = { ...geometry, dataFormat: 'channelsFirst', leading: 'batchAndChannels' };
  const [place, alongOutputs, alongInputs, ...taps] = tensorSlots(
    input(1),
    roleStrides(weightGeometry, weight.strides),
    weight,
  );
  const args = [
    ...windowTables(geometry, isForward, true, false),
    ...windowTensor(output(0), geometry, target),
    ...windowTensor(input(0), geometry, source),
    ...[place, 0, ...(isForward ? [alongOutputs, alongInputs] : [alongInputs, alongOutputs]), ...taps],
    ...(epilogue?.bias ? [input(2), bias.strides[0] * size, 0] : [0, 0, 0]),
  ];
  const ends = [
    [outputChannels / groups, width.output, depth.output * height.output],
    [inputChannels / groups, width.input, depth.input * height.input],
  ];
  const [[targetChannels, targetWidth, rows], [sourceChannels, sourceWidth]] = isForward ? ends : [...ends].reverse();
  const kernel = depth.kernel * height.kernel * width.kernel;
  const channels = [groups, targetChannels, sourceChannels] as const;
  const widths = [targetWidth, sourceWidth, width.kernel] as const;
  const products = (sourceChannels * kernel) / (isForward ? 1 : width.stride);
  const name = `conv${rank}d${isForward ? epilogueName(epilogue) : '_grad_input'}`;
  return sumPlan(name, target, args, channels, batch * rows, widths, products, !isForward, epilogue);
}

/**
 * The plan of a sum of products of sources and weights (assembly/scalar/conv.ts), or `null` where the dtype has no such thing.
 *
 * @param args The slots from the tables to the bias.
 * @param rows Rows of targets that a channel has, of all items.
 * @param products Of one target.
 */
function sumPlan(
  name: string,
  { dtype }: Layout,
  args: readonly Argument[],
  [groups, targetChannels, sourceChannels]: readonly [groups: number, targetsOfGroup: number, sourcesOfGroup: number],
  rows: number,
  [width, sourceWidth, taps]: readonly [targets: number, sources: number, taps: number],
  products: number,
  isGradient: boolean,
  epilogue: Epilogue | undefined,
): Plan | null {
  const activation = epilogue?.activation;
  if (dtype === 'bool' || (activation !== undefined && activation !== 'relu' && !isFloat(dtype))) return null;
  const channels = Math.max(1, Math.min(blockChannels, targetChannels, Math.floor(2 ** 19 / width)));
  const blocks = Math.ceil(targetChannels / channels);
  const slots = [
    dtypeCode[dtype],
    ...args,
    ...[groups, targetChannels, sourceChannels, channels, blocks],
    isGradient ? 1 : 0,
    activation === undefined ? -1 : unaryCode[activation],
  ];
  const nanoseconds = rows * groups * targetChannels * width * products * 1.3;
  const scratchBytes = 8 * ((channels + 1) * width + sourceWidth + taps);
  return scalarPlan(`${dtype}_${name}`, 'conv', slots, rows * groups * blocks, nanoseconds, scratchBytes);
}

/** `convGradWeight` for every number and layout: a tap is a sum over the places where it was. */
export const genericConvGradWeight: Variant<'convGradWeight'> = {
  target: 'scalar',
  plan({ geometry, groups }, [x, dy], [dWeight]) {
    const { dtype } = dWeight;
    if (dtype === 'bool') return null;
    const { axes, rank, batch, inputChannels, outputChannels } = geometry;
    const outputs = outputChannels / groups;
    const inputs = inputChannels / groups;
    const channels = Math.min(blockChannels, outputs);
    const blocks = Math.ceil(outputs / channels);
    const taps = tapCount(axes);
    // The output is contiguous: its taps are a row.
    const size = byteSize[dtype];
    const args = [
      dtypeCode[dtype],
      ...windowTables(geometry, true, true, false),
      ...windowTensor(input(1), geometry, dy),
      ...windowTensor(input(0), geometry, x),
      ...[output(0), inputs * taps * size, taps * size, size],
      ...[batch, outputs, inputs, channels, blocks],
    ];
    const nanoseconds = elementCount(dy.shape) * inputs * taps * 1.5;
    const scratchBytes = 8 * (channels * (taps + axes[2].output) + axes[2].input);
    const units = groups * blocks * inputs;
    return scalarPlan(`${dtype}_conv${rank}d_grad_weight`, 'conv_grad_weight', args, units, nanoseconds, scratchBytes);
  },
};
