import {
  type DataFormat,
  isCenoteError,
  resolveAdaptivePool,
  resolveConv,
  resolvePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';

/** The numbers of a window along depth, height or width, as the op was called. */
export interface WindowNumbers {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padLow: number;
}

/** A convolution that fits together. */
export interface RandomConv {
  readonly geometry: WindowGeometry;
  readonly groups: number;
  readonly weightShape: Shape;
  /** Depth, height, width; unit windows in front. */
  readonly windows: readonly WindowNumbers[];
}

/** A pooling that fits together; `windows` is null when it is adaptive. */
export interface RandomPool {
  readonly geometry: WindowGeometry;
  readonly windows: readonly WindowNumbers[] | null;
}

const unit: WindowNumbers = { kernel: 1, stride: 1, dilation: 1, padLow: 0 };

/** A random convolution of the given rank and layout. */
export function randomConv(
  rank: SpatialRank,
  dataFormat: DataFormat,
  batched: boolean,
  random: () => number,
): RandomConv {
  const groups = upTo(3, random);
  const inputPerGroup = upTo(2, random);
  const outputs = groups * upTo(3, random);
  return untilItFits(() => {
    const windows = Array.from({ length: rank }, () => randomWindow(random));
    const weightShape = [outputs, inputPerGroup, ...windows.map((window) => window.kernel)];
    const shape = randomShape(rank, dataFormat, groups * inputPerGroup, batched ? 'batch' : 'channels', random);
    const geometry = resolveConv(
      { op: 'conv', rank, dataFormat, groups, ...specOf(windows, random) },
      shape,
      weightShape,
    );
    return { geometry, groups, weightShape, windows: [unit, unit, unit, ...windows].slice(-3) };
  });
}

/** A random pooling of the given rank and layout. */
export function randomPool(
  rank: SpatialRank,
  dataFormat: DataFormat,
  leading: 'none' | 'channels' | 'batch',
  random: () => number,
): RandomPool {
  return untilItFits(() => {
    const shape = randomShape(rank, dataFormat, upTo(3, random), leading, random);
    if (random() < 0.25) {
      const outputSize = Array.from({ length: rank }, () => upTo(6, random));
      return { geometry: resolveAdaptivePool({ op: 'pool', rank, outputSize, dataFormat }, shape), windows: null };
    }
    const windows = Array.from({ length: rank }, () => randomWindow(random));
    const kernelSize = windows.map((window) => window.kernel);
    const ceilMode = random() < 0.5;
    const geometry = resolvePool(
      { op: 'pool', rank, dataFormat, kernelSize, ceilMode, ...specOf(windows, random) },
      shape,
    );
    return { geometry, windows: [unit, unit, unit, ...windows].slice(-3) };
  });
}

/**
 * The row-major position of an element of a contiguous tensor in the user's layout.
 *
 * @param position Depth, height, width.
 */
export function canonicalPosition(
  geometry: WindowGeometry,
  shape: Shape,
  item: number,
  channel: number,
  position: readonly number[],
): number {
  const spatial = position.slice(-geometry.rank);
  const channels = geometry.leading === 'none' ? [] : [channel];
  const batch = geometry.leading === 'batchAndChannels' ? [item] : [];
  const index =
    geometry.dataFormat === 'channelsFirst' ? [...batch, ...channels, ...spatial] : [...batch, ...spatial, ...channels];
  return index.reduce((at, i, axis) => at * shape[axis] + i, 0);
}

function randomWindow(random: () => number): WindowNumbers {
  const kernel = upTo(4, random);
  return { kernel, stride: upTo(3, random), dilation: upTo(3, random), padLow: Math.floor(random() * kernel) };
}

function specOf(windows: readonly WindowNumbers[], random: () => number) {
  return {
    stride: windows.map((window) => window.stride),
    dilation: windows.map((window) => window.dilation),
    padding: windows.map((window) => [window.padLow, Math.floor(random() * window.kernel)] as const),
  };
}

function randomShape(
  rank: SpatialRank,
  dataFormat: DataFormat,
  channels: number,
  leading: 'none' | 'channels' | 'batch',
  random: () => number,
): Shape {
  const spatial = Array.from({ length: rank }, () => upTo(rank === 3 ? 6 : 9, random));
  const batch = leading === 'batch' ? [upTo(2, random)] : [];
  const channelAxis = leading === 'none' ? [] : [channels];
  return dataFormat === 'channelsFirst'
    ? [...batch, ...channelAxis, ...spatial]
    : [...batch, ...spatial, ...channelAxis];
}

function upTo(most: number, random: () => number): number {
  return 1 + Math.floor(random() * most);
}

function untilItFits<T>(make: () => T): T {
  for (;;) {
    try {
      return make();
    } catch (error) {
      // A window that does not fit its input is refused; the next one may fit.
      if (!isCenoteError(error)) throw error;
    }
  }
}
