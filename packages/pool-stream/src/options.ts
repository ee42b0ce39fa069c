import { byteSize, type DType, type TypedArrayOf, typedArrayView } from '@cenote/backend';
import { type AxisWindow, CenoteError, formatShape, resolvePool, type Shape, type WindowGeometry } from '@cenote/shape';
import {
  avgPool2d,
  avgPool3d,
  type Device,
  fromData,
  type KernelSize,
  maxPool2d,
  maxPool3d,
  minPool2d,
  minPool3d,
  type PoolWindowOptions,
} from '@cenote/tensor';

/** What is made of a window: its largest, smallest or mean value. */
export type PoolFunctionName = 'max' | 'min' | 'avg';

/** Element types that can be pooled; averages are of `f32`, `f64`, `u8` and `i8`. */
export type PooledDType = Exclude<DType, 'bool'>;

/** What to pool, and how: the options of `maxPool2d`, `minPool2d`, `avgPool2d` and their 3d forms, and these. */
export interface PoolStreamOptions<D extends PooledDType> extends PoolWindowOptions, KernelSize {
  /** What is made of each window. */
  readonly fn: PoolFunctionName;
  /**
   * The shape of the whole input: `[H, W]` or `[D, H, W]`; with `dataFormat: 'channelsLast'` `[H, W, C]` or `[D, H, W, C]`.
   * Channels that come one after the other are streams of their own.
   */
  readonly shape: Shape;
  /** The type of the elements, of input and output. */
  readonly dtype: D;
  /** Of averages: whether the divisor counts padding. Default: true, as in PyTorch. */
  readonly countIncludePad?: boolean;
  /** Of averages: a divisor to use instead. */
  readonly divisorOverride?: number | null;
  /** What computes. Default: the default device. */
  readonly device?: Device;
}

/** A request that was checked, and its geometry. */
export interface Plan<D extends PooledDType> {
  readonly options: PoolStreamOptions<D>;
  readonly geometry: WindowGeometry;
  /** The spatial axes that the shape has, outermost first. */
  readonly axes: readonly AxisWindow[];
  /** Elements at one spatial position. */
  readonly channels: number;
  /** Bytes of one element. */
  readonly elementBytes: number;
}

/**
 * Resolves a request for the whole input.
 *
 * @throws CenoteError as the pooling in memory does: `INVALID_SHAPE`, `INVALID_ARGUMENT`.
 */
export function planOf<D extends PooledDType>(op: string, options: PoolStreamOptions<D>): Plan<D> {
  const { shape, dataFormat, dtype, fn, kernelSize, stride, padding, dilation, ceilMode } = options;
  const last = dataFormat === 'channelsLast';
  const rank = shape.length - (last ? 1 : 0);
  if (rank !== 2 && rank !== 3) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'wrong number of axes',
      got: formatShape(shape),
      expected: last ? '[H, W, C] or [D, H, W, C]' : '[H, W] or [D, H, W]',
      hint: 'Stream images of a batch, or channels that come first, one after the other',
    });
  }
  const choices: readonly string[] = ['max', 'min', 'avg'] satisfies PoolFunctionName[];
  if (!choices.includes(fn)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'unknown function',
      got: `fn ${String(fn)}`,
      expected: choices.join(', '),
      hint: 'Use one of these names',
    });
  }
  const geometry = resolvePool({ op, rank, kernelSize, stride, padding, dilation, ceilMode, dataFormat }, shape);
  return {
    options,
    geometry,
    axes: geometry.axes.slice(3 - rank),
    channels: last ? shape[rank] : 1,
    elementBytes: byteSize[dtype],
  };
}

/** The shape of a part, with the channels of the whole. */
export function partShape(
  { options, channels }: Pick<Plan<PooledDType>, 'options' | 'channels'>,
  spatial: Shape,
): Shape {
  return options.dataFormat === 'channelsLast' ? [...spatial, channels] : spatial;
}

/** Padding of a part, for each spatial axis. */
export type PartPadding = readonly (readonly [low: number, high: number])[];

/**
 * Pools a part of the input in memory.
 *
 * @param data The part, which is only read.
 * @param padding From `windowBand`, so that windows are those of the whole.
 * @returns New elements, the receiver's.
 */
export async function poolPart<D extends PooledDType>(
  { options, axes }: Plan<D>,
  data: TypedArrayOf[D],
  shape: Shape,
  padding: PartPadding,
): Promise<TypedArrayOf[D]> {
  const { fn, dtype, kernelSize, stride, dilation, ceilMode, dataFormat, device } = options;
  const flat = axes.length === 2;
  const window = { kernelSize, stride, padding, dilation, ceilMode, dataFormat };
  const x = fromData(data, shape, { dtype, device });
  try {
    const { countIncludePad, divisorOverride } = options;
    const pooled =
      fn === 'avg'
        ? (flat ? avgPool2d : avgPool3d)(x, { ...window, countIncludePad, divisorOverride })
        : fn === 'max'
          ? (flat ? maxPool2d : maxPool3d)(x, window)
          : (flat ? minPool2d : minPool3d)(x, window);
    try {
      return await pooled.data(dtype);
    } finally {
      pooled.dispose();
    }
  } finally {
    x.dispose();
  }
}

/**
 * Refuses elements of another type.
 *
 * @throws CenoteError `INVALID_DTYPE`.
 */
export function assertType<D extends PooledDType>(op: string, dtype: D, data: TypedArrayOf[D]): void {
  const [got, expected] = [data, typedArrayView(dtype, new ArrayBuffer(0), 0, 0)].map(
    (each) => each[Symbol.toStringTag],
  );
  if (got === expected) return;
  throw new CenoteError({
    code: 'INVALID_DTYPE',
    op,
    what: 'elements of another type',
    got: `${String(got)} for ${dtype}`,
    expected: String(expected),
    hint: 'Convert the elements, or change dtype',
  });
}
