import type { IndexKind } from '@cenote/backend';
import {
  type DataFormat,
  elementCount,
  isCenoteError,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { type CaseWindow, resolveWindow } from '../case.js';
import type { Random } from './random.js';

/** A window that fits its input. */
export interface RandomWindow<W extends CaseWindow = CaseWindow> {
  readonly window: W;
  readonly geometry: WindowGeometry;
}

type ConvWindow = Extract<CaseWindow, { readonly kind: 'conv' }>;

/** A window of a convolution, with its groups. */
export interface RandomConv extends RandomWindow<ConvWindow> {
  readonly groups: number;
  readonly weightShape: Shape;
}

/** Bounds what a case costs on a slow backend. */
const maxElements = 1500;

const largestSize: { readonly [R in SpatialRank]: number } = { 1: 40, 2: 12, 3: 6 };

/** A pooling window: uniform, or adaptive once in a while. */
export function randomPoolWindow(random: Random): RandomWindow {
  const isAdaptive = random.oneIn(8);
  return untilItFits(() => {
    const rank = random.pick([1, 2, 2, 3] as const);
    const { inputShape, dataFormat, sizes } = randomInput(random, rank, random.integer(0, 2), random.integer(1, 5));
    if (isAdaptive) {
      const outputSize = sizes.map((size) => random.integer(1, size + 2));
      return { kind: 'adaptivePool', spec: { op: 'adaptivePool', rank, outputSize, dataFormat }, inputShape };
    }
    const kernelSize = sizes.map((size) => randomKernel(random, size));
    const dilation = sizes.map((size, axis) => randomDilation(random, size, kernelSize[axis]));
    const stride = random.oneIn(3) ? undefined : sizes.map(() => random.integer(1, 4));
    const effective = kernelSize.map((kernel, axis) => dilation[axis] * (kernel - 1) + 1);
    const padding = random.oneIn(6)
      ? ('same' as const)
      : effective.map((size) =>
          random.oneIn(3)
            ? ([random.integer(0, size - 1), random.integer(0, size - 1)] as const)
            : random.integer(0, Math.floor(size / 2)),
        );
    const ceilMode = random.oneIn(2);
    const spec = { op: 'pool', rank, kernelSize, dilation, padding, ceilMode, dataFormat };
    return { kind: 'pool', spec: stride === undefined ? spec : { ...spec, stride }, inputShape };
  });
}

/** Mostly small, sometimes as large as the input: large windows have kernels of their own. */
function randomKernel(random: Random, size: number): number {
  if (random.oneIn(6)) return random.integer(1, size);
  return random.oneIn(6) ? 1 : random.integer(Math.min(2, size), Math.min(4, size));
}

/** More than 1 sometimes, where the window still fits. */
function randomDilation(random: Random, size: number, kernel: number): number {
  const most = kernel === 1 ? 1 : Math.min(3, Math.floor((size - 1) / (kernel - 1)));
  return most > 1 && random.oneIn(3) ? random.integer(2, most) : 1;
}

/** A convolution window, with weight and groups. */
export function randomConvWindow(random: Random): RandomConv {
  const drawn = untilItFits((): ConvWindow => {
    const rank = random.pick([1, 2, 2, 3] as const);
    const groups = random.pick([1, 1, 2, 3]);
    const channels = groups * random.integer(1, 2);
    const { inputShape, dataFormat, sizes } = randomInput(random, rank, random.integer(1, 2), channels);
    const kernel = sizes.map((size) => random.integer(1, Math.min(size, rank === 3 ? 2 : 4)));
    const spec = {
      op: 'conv',
      rank,
      stride: sizes.map(() => random.integer(1, 3)),
      dilation: sizes.map((size, axis) => randomDilation(random, size, kernel[axis])),
      padding: sizes.map(() =>
        random.oneIn(3) ? ([random.integer(0, 3), random.integer(0, 3)] as const) : random.integer(0, 2),
      ),
      groups,
      dataFormat,
    };
    const weightShape = [groups * random.integer(1, 2), channels / groups, ...kernel];
    return { kind: 'conv', spec, inputShape, weightShape };
  });
  return { ...drawn, groups: drawn.window.spec.groups ?? 1, weightShape: drawn.window.weightShape };
}

/** A kind of index that fits a window. */
export function randomIndexKind(random: Random, geometry: WindowGeometry): IndexKind {
  const taps = geometry.axes.reduce((product, axis) => product * axis.kernel, 1);
  return taps <= 255 ? random.pick(['plane', 'window'] as const) : 'plane';
}

/** The dtype in which indices of one kind are stored. */
export function indexDType(kind: IndexKind): 'i32' | 'u8' {
  return kind === 'window' ? 'u8' : 'i32';
}

function randomInput(
  random: Random,
  rank: SpatialRank,
  leading: number,
  channels: number,
): { readonly inputShape: Shape; readonly dataFormat: DataFormat; readonly sizes: readonly number[] } {
  const sizes = Array.from({ length: rank }, () => random.integer(random.oneIn(8) ? 1 : 3, largestSize[rank]));
  const dataFormat = random.pick(['channelsFirst', 'channelsLast'] as const);
  const batch = leading === 2 ? [random.integer(1, 3)] : [];
  const channelAxis = leading === 0 ? [] : [channels];
  const inputShape =
    dataFormat === 'channelsFirst' ? [...batch, ...channelAxis, ...sizes] : [...batch, ...sizes, ...channelAxis];
  return { inputShape, dataFormat, sizes };
}

/** Draws until the window fits its input; what does not fit is what the resolver refuses. */
function untilItFits<W extends CaseWindow>(draw: () => W): RandomWindow<W> {
  for (let refused = 0; ; ) {
    const window = draw();
    if (elementCount(window.inputShape) > maxElements) continue;
    try {
      const geometry = resolveWindow(window);
      if (elementCount(geometry.outputShape) <= maxElements) return { window, geometry };
    } catch (error) {
      // About one in ten is refused. If all are, it is the resolver that is broken.
      if (!isCenoteError(error) || ++refused === 1000) throw error;
    }
  }
}
