import { isFloat } from '@cenote/backend';
import {
  CenoteError,
  type DataFormat,
  elementCount,
  type FractionalPoolShape,
  formatShape,
  type PerAxis,
  resolveFractionalPool,
  type Shape,
} from '@cenote/shape';
import type { Checked, FractionalPoolOutput, KnownOptions, ResultShape } from '@cenote/shape/types';
import { tensor } from '../../creation.js';
import type { Generator } from '../../generator.js';
import { assertDType } from '../../promote.js';
import { rand } from '../../random.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { cast } from '../convert.js';
import { add, floor, maximum, minimum, mul, sub } from '../elementwise.js';
import { gatherAt } from '../indexing.js';
import { concat } from '../joining.js';
import { expand, permute, reshape, slice } from '../view.js';
import { maxPool2d, maxPool3d, type Pooled } from './extremum.js';
import type { PooledWithIndices } from './options.js';
import { firstSpatialAxis, flattenPlanes, withPlane } from './planes.js';

/** Options of fractional max pooling: one of `outputSize` and `outputRatio`, and where chance comes from. */
export interface FractionalMaxPoolOptions {
  /** The output's size: a number for all spatial axes, or one each. */
  readonly outputSize?: PerAxis<number> | null;
  /** The output's size as a part of the input's, above 0 and below 1. */
  readonly outputRatio?: PerAxis<number> | null;
  /** Whether to return the positions too, as {@link PooledWithIndices}. Default: false. */
  readonly returnIndices?: boolean;
  /**
   * The random numbers themselves, in [0, 1): `[N, C, 2]` for width and height, `[N, C, 3]` for depth, height and width;
   * the dtype of `x`. PyTorch's `_random_samples`. Default: drawn.
   */
  readonly randomSamples?: Tensor;
  /** Where random numbers are drawn from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Takes maxima of windows at random places, over `Rank` axes. */
export type FractionalMaxPoolFunction<Op extends string, Rank extends 2 | 3> = <
  S extends Shape,
  const K extends PerAxis<number>,
  const O extends FractionalMaxPoolOptions,
>(
  x: Checked<FractionalPoolOutput<Op, Rank, S, O & { readonly kernelSize: K }>, Tensor<S>>,
  kernelSize: K,
  options: O & KnownOptions<Op, O, FractionalMaxPoolOptions>,
) => Pooled<ResultShape<FractionalPoolOutput<Op, Rank, S, O & { readonly kernelSize: K }>>, O>;

/**
 * Where the windows of one axis start, `[N, C, output]`, `i32`: `⌊(o + u) · α⌋ − ⌊u · α⌋` with
 * `α = (input − kernel) / (output − 1)`, in the arithmetic of the dtype of `u`, and the last at `input − kernel`
 * (PyTorch, `aten/src/ATen/native/FractionalMaxPool2d.cpp`).
 *
 * @param u `[N, C, 1]`.
 */
function windowStarts(u: Tensor, input: number, output: number, kernel: number): Tensor {
  const lastStart = input - kernel;
  const { dtype, device, shape } = u;
  const last = expand(tensor([[[lastStart]]], { dtype: 'i32', device }), shape);
  if (output === 1) return last;
  const alpha = lastStart / (output - 1);
  const numbers = tensor([[Array.from({ length: output - 1 }, (_, o) => o)]], { dtype, device });
  const starts = cast(sub(floor(mul(add(u, numbers), alpha)), floor(mul(u, alpha))), 'i32');
  // Never outside, whatever the numbers are: not every device can be asked for them in time.
  return concat([minimum(maximum(starts, 0), lastStart), last], 2);
}

/**
 * The positions, flat in the input's plane, of the taps of every window: `[N, C, taps]`, in the order of a plane of
 * windows side by side.
 */
function tapPositions(samples: Tensor, { kernelSize, input, output }: FractionalPoolShape): Tensor {
  const { device, shape } = samples;
  const [batch, channels] = shape;
  const rank = input.length;
  let positions: Tensor | undefined;
  for (const [axis, kernel] of kernelSize.entries()) {
    // PyTorch's samples are for W and H in 2d, but for D, H and W in 3d.
    const sample = rank === 2 ? 1 - axis : axis;
    const u = slice(samples, [null, null, [sample, sample + 1]]);
    const starts = reshape(windowStarts(u, input[axis], output[axis], kernel), [batch, channels, output[axis], 1]);
    const offsets = tensor(
      Array.from({ length: kernel }, (_, tap) => tap),
      { dtype: 'i32', device },
    );
    const along = input.map((_, other) => (other === axis ? output[axis] * kernel : 1));
    const taps = reshape(add(starts, offsets), [batch, channels, ...along]);
    const term = mul(taps, elementCount(input.slice(axis + 1)));
    positions = positions === undefined ? term : add(positions, term);
  }
  const count = elementCount(output) * elementCount(kernelSize);
  return reshape(positions ?? samples, [batch, channels, count]);
}

function checkSamples(op: string, x: Tensor, samples: Tensor, { batch, channels, input }: FractionalPoolShape): void {
  const facts = {
    op,
    expected: `${x.dtype} [${batch}, ${channels}, ${input.length}], or more in front`,
    hint: 'Pass rand(…) of this shape and dtype, or leave randomSamples out',
  };
  const got = `${samples.dtype} ${formatShape(samples.shape)}`;
  if (samples.dtype !== x.dtype) {
    throw new CenoteError({ ...facts, code: 'INVALID_DTYPE', what: 'randomSamples has another dtype than x', got });
  }
  const [most, planes, perPlane] = samples.shape;
  if (samples.rank !== 3 || most < batch || planes !== channels || perPlane !== input.length) {
    throw new CenoteError({ ...facts, code: 'INVALID_SHAPE', what: 'the shape of randomSamples does not fit', got });
  }
  if (!x.device.backend.caps.sync) return;
  for (const sample of samples.dataSync()) {
    if (sample >= 0 && sample < 1) continue;
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'a random sample is out of range',
      got: String(sample),
      expected: 'at least 0 and below 1',
      hint: facts.hint,
    });
  }
}

function fractional(
  op: string,
  rank: 2 | 3,
  x: Tensor,
  kernelSize: PerAxis<number>,
  options: FractionalMaxPoolOptions,
): Tensor | PooledWithIndices {
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  const { outputSize, outputRatio, dataFormat, randomSamples, generator } = options;
  const fit = resolveFractionalPool({ op, rank, kernelSize, outputSize, outputRatio, dataFormat }, x.shape);
  const { batch, channels, output } = fit;
  if (randomSamples) checkSamples(op, x, randomSamples, fit);
  return scope(() => {
    const { device, dtype } = x;
    const samples = randomSamples
      ? slice(randomSamples, [[0, batch]])
      : rand([batch, channels, rank], { dtype: dtype === 'f64' ? 'f64' : 'f32', device, generator });
    const axes = { rank, dataFormat };
    const first = firstSpatialAxis(x.rank, axes);
    const flat = flattenPlanes(x, axes);
    const taps = tapPositions(samples, fit);
    const isLast = dataFormat === 'channelsLast';
    const count = taps.shape[2];
    const positions = reshape(isLast ? permute(taps, [0, 2, 1]) : taps, withPlane(flat.shape, first, 1, [count]));
    // Every window with all of its taps, side by side: there, fractional pooling is plain pooling.
    const gathered = gatherAt(op, flat, first, positions);
    const apart = output.map((size, axis) => size * fit.kernelSize[axis]);
    const plane = reshape(gathered, withPlane(flat.shape, first, 1, apart));
    const pool = rank === 2 ? maxPool2d : maxPool3d;
    if (!options.returnIndices) return pool(plane, fit.kernelSize, { dataFormat });
    const pooled = pool(plane, fit.kernelSize, { dataFormat, returnIndices: true });
    const chosen = gatherAt(op, positions, first, flattenPlanes(pooled.indices, axes));
    return { output: pooled.output, indices: reshape(chosen, pooled.indices.shape) };
  });
}

function fractionalMaxPool<Rank extends 2 | 3>(
  rank: Rank,
): FractionalMaxPoolFunction<`fractionalMaxPool${Rank}d`, Rank>;
function fractionalMaxPool(rank: 2 | 3): unknown {
  const op = `fractionalMaxPool${rank}d`;
  return (x: Tensor, kernelSize: PerAxis<number>, options: FractionalMaxPoolOptions = {}) =>
    fractional(op, rank, x, kernelSize, options);
}

/**
 * Max pooling to an output size that need not divide the input's, with windows of one size at random distances of
 * `⌊α⌋` or `⌈α⌉` (Graham, "Fractional Max-Pooling", 2014). Equal random numbers give PyTorch's result.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param kernelSize Taps of the window. Usually 2 or 3; `outputSize + kernelSize − 1` may be at most the input.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when input, window and options do not fit.
 *
 * @example
 * ```ts
 * const y = fractionalMaxPool2d(rand([1, 8, 25, 25]), 2, { outputRatio: 0.7 }); // shape [1, 8, 17, 17]
 * ```
 */
export const fractionalMaxPool2d: FractionalMaxPoolFunction<'fractionalMaxPool2d', 2> =
  /* @__PURE__ */ fractionalMaxPool(2);

/** As {@link fractionalMaxPool2d}, over depth, height and width. */
export const fractionalMaxPool3d: FractionalMaxPoolFunction<'fractionalMaxPool3d', 3> =
  /* @__PURE__ */ fractionalMaxPool(3);
