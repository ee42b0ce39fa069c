import { type Epilogue, isFloat, type Layout, type OpOf } from '@cenote/backend';
import type { RoleStrides, WindowGeometry } from '@cenote/shape';
import { type Argument, input, output, type Plan } from '../../plan.js';
import { dtypeCode, unaryCode } from './codes.js';
import { scalarStep } from './rows.js';
import { planOf } from './scalar-plan.js';
import { axisTable, byteStrides, type Direction, rowStrides, runSlots, tapRuns } from './windows.js';

/** Channels that are computed together, so that a row is loaded once for all of them. */
const blockChannels = 8;

/** A sum of products of sources and weights, in the words of assembly/scalar/conv.ts. */
export interface ProductSum {
  readonly name: string;
  readonly output: Layout;
  readonly batch: number;
  readonly groups: number;
  /** Per group. */
  readonly targetChannels: number;
  readonly sourceChannels: number;
  /** Strides in bytes. */
  readonly target: RoleStrides;
  readonly source: RoleStrides;
  /** Address and strides along batch, target channel, source channel, depth, height, width. */
  readonly weight: readonly Argument[];
  /** Address and strides along target channel and width. */
  readonly bias: readonly Argument[];
  readonly targetSize: readonly [depth: number, height: number, width: number];
  readonly sourceWidth: number;
  readonly depthTable: Argument;
  readonly heightTable: Argument;
  readonly runs: readonly Argument[];
  readonly isGradient: boolean;
  /** Along the width. */
  readonly taps: number;
  /** Of one target. */
  readonly products: number;
  readonly epilogue: Epilogue | undefined;
  /** Which input the sources are. */
  readonly sources: Argument;
}

/** The plan of a sum of products, or `null` where the dtype has no such thing. */
export function productSumPlan(sum: ProductSum): Plan | null {
  const { dtype } = sum.output;
  const activation = sum.epilogue?.activation;
  if (dtype === 'bool' || (activation !== undefined && activation !== 'relu' && !isFloat(dtype))) return null;
  const { batch, groups, targetChannels, sourceChannels, target, source, targetSize } = sum;
  const [depth, height, width] = targetSize;
  const channels = Math.max(1, Math.min(blockChannels, targetChannels, Math.floor(2 ** 19 / width)));
  const blocks = Math.ceil(targetChannels / channels);
  const args = [
    dtypeCode[dtype],
    ...[output(0), ...rowStrides(target), sum.sources, ...rowStrides(source), target.width, source.width],
    ...sum.weight,
    ...sum.bias,
    ...[groups, targetChannels, sourceChannels, channels, blocks, depth, height, width, sum.sourceWidth],
    ...[sum.depthTable, sum.heightTable, ...sum.runs],
    ...[sum.isGradient ? 1 : 0, sum.taps, activation === undefined ? -1 : unaryCode[activation]],
  ];
  const units = batch * groups * blocks * depth * height;
  const products = batch * groups * targetChannels * depth * height * width * sum.products;
  const scratchBytes = 8 * ((channels + 1) * width + sum.sourceWidth + sum.taps);
  return planOf(sum.name, scalarStep('conv', args, units, products, 1.3, scratchBytes));
}

/** `_bias_relu`, or nothing. */
export function epilogueName(epilogue: Epilogue | undefined): string {
  const { bias = false, activation } = epilogue ?? {};
  return `${bias ? '_bias' : ''}${activation === undefined ? '' : `_${activation}`}`;
}

/** What a convolution and its gradient with respect to the input have in common. */
export function convSum(
  { kind, geometry, groups }: OpOf<'conv' | 'convGradInput'>,
  source: Layout,
  weight: Layout,
  target: Layout,
  epilogue: Epilogue | undefined,
): Omit<ProductSum, 'bias'> {
  const direction: Direction = kind === 'conv' ? 'forward' : 'backward';
  const isGradient = direction === 'backward';
  const { axes, batch, inputChannels, outputChannels } = geometry;
  const [depth, height, width] = axes;
  const inputs = [inputChannels / groups, width.input] as const;
  const outputs = [outputChannels / groups, width.output] as const;
  const [[targetChannels, targetWidth], [sourceChannels, sourceWidth]] = isGradient
    ? [inputs, outputs]
    : [outputs, inputs];
  const strides = byteStrides(kernelGeometry(geometry), weight);
  const { batch: alongOutputs, channel: alongInputs } = strides;
  return {
    name: `${target.dtype}_conv${geometry.rank}d${isGradient ? '_grad_input' : epilogueName(epilogue)}`,
    output: target,
    batch,
    groups,
    targetChannels,
    sourceChannels,
    target: byteStrides(geometry, target),
    source: byteStrides(geometry, source),
    weight: [
      ...[input(1), 0, ...(isGradient ? [alongInputs, alongOutputs] : [alongOutputs, alongInputs])],
      ...[strides.depth, strides.height, strides.width],
    ],
    targetSize: isGradient ? [depth.input, height.input, targetWidth] : [depth.output, height.output, targetWidth],
    sourceWidth,
    depthTable: axisTable(depth, direction),
    heightTable: axisTable(height, direction),
    runs: runSlots(tapRuns(width), direction, 'tap'),
    isGradient,
    taps: width.kernel,
    products: (sourceChannels * depth.kernel * height.kernel * width.kernel) / (isGradient ? width.stride : 1),
    epilogue,
    sources: input(0),
  };
}

/** A weight `[O, I, …kernel]` has its axes where a batched channels-first input has them. */
export function kernelGeometry(geometry: WindowGeometry): WindowGeometry {
  return { ...geometry, dataFormat: 'channelsFirst', leading: 'batchAndChannels' };
}
