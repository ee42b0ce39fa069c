import { isFloat } from '@cenote/backend';
import {
  CenoteError,
  type DataFormat,
  elementCount,
  type PerAxis,
  resolvePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type { Checked, PoolOutput, ResultShape } from '@cenote/shape/types';
import { noGrad } from '../../gradient.js';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { cast } from '../convert.js';
import { abs, div, eq, isNan, mul, pow, round, where } from '../elementwise.js';
import { gather } from '../indexing.js';
import { argmax, max, sum } from '../reduction.js';
import { expand, permute, reshape } from '../view.js';
import { axisNames, optionError, type Subsampling, spatialAxes } from './windows.js';

/** Options of {@link adaptivePolyphaseSample2d}. */
export interface PolyphaseSampleOptions {
  /** Distance between the elements that are kept. Default: 2. */
  readonly stride?: PerAxis<number>;
  /** By which norm components are compared: a number above 0, or `Infinity` for the largest absolute value. Default: 2. */
  readonly p?: number;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** The signature of an adaptive polyphase sampling function. */
export type PolyphaseSampleFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const O extends PolyphaseSampleOptions = Record<never, never>,
>(
  x: Checked<PoolOutput<Op, Rank, S, Subsampling<O>>, Tensor<S>>,
  options?: O,
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, Subsampling<O>>>>;

/** @internal Windows of one tap: what is kept when the first component is chosen. */
export function polyphaseGeometry(
  op: string,
  rank: SpatialRank,
  shape: Shape,
  { stride = 2, p = 2, dataFormat }: PolyphaseSampleOptions,
): WindowGeometry {
  if (!(p > 0)) throw optionError(op, 'p', p, 'a number above 0, or Infinity', 'Leave it out for the Euclidean norm');
  const geometry = resolvePool({ op, rank, kernelSize: 1, stride, dataFormat }, shape);
  const windows = geometry.axes.slice(3 - rank);
  for (const [index, axis] of axisNames(rank).entries()) {
    const { input, stride: distance } = windows[index];
    if (input % distance === 0) continue;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `the stride does not divide axis ${axis}`,
      got: `size ${input}, stride ${distance}`,
      expected: `a multiple of ${distance}`,
      hint: 'Pad or resize the input: components of different sizes cannot change places',
    });
  }
  return geometry;
}

/** `[N, components, …one component]`, components in row-major order of where they start. */
function componentsOf(x: Tensor, geometry: WindowGeometry): Tensor {
  const spatial = spatialAxes(geometry);
  const windows = geometry.axes.slice(3 - geometry.rank);
  const batched = geometry.leading === 'batchAndChannels';
  const shape = batched ? [] : [1];
  const phases: number[] = [];
  const rest: number[] = [];
  for (const [axis, size] of x.shape.entries()) {
    const index = spatial.indexOf(axis);
    if (index < 0) {
      if (axis > 0 || !batched) rest.push(shape.length);
      shape.push(size);
      continue;
    }
    const { output, stride } = windows[index];
    rest.push(shape.length);
    phases.push(shape.length + 1);
    shape.push(output, stride);
  }
  const order = [0, ...phases, ...rest];
  const components = elementCount(phases.map((axis) => shape[axis]));
  return reshape(permute(reshape(x, shape), order), [shape[0], components, ...rest.map((axis) => shape[axis])]);
}

/**
 * What components are compared by, `[N, components]`: it grows with the norm, and depends only on which elements a component
 * has, not on their order. A sum of floats would, by rounding, and a shift could then tip the balance. So `|x|^p` is
 * expressed in whole steps relative to the example's largest element; sums of integers have no order.
 */
function comparable(components: Tensor, p: number): Tensor {
  const [, , ...component] = components.shape;
  const within = component.map((_, index) => index + 2);
  const sizes = abs(components);
  if (p === Number.POSITIVE_INFINITY) return max(sizes, within);
  const largest = max(sizes, [1, ...within], { keepDim: true });
  const share = div(sizes, where(eq(largest, 0), 1, largest));
  const steps = Math.max(1, Math.min(2 ** 23, Math.floor((2 ** 31 - 1) / elementCount(component))));
  // Infinity over Infinity: infinite elements are the largest there are, and finite ones nothing beside them.
  const powers = pow(where(isNan(share), 1, share), p);
  return sum(cast(round(mul(powers, steps)), 'i32'), within);
}

function adaptivePolyphaseSample<Rank extends SpatialRank>(
  rank: Rank,
): PolyphaseSampleFunction<`adaptivePolyphaseSample${Rank}d`, Rank>;
function adaptivePolyphaseSample(rank: SpatialRank): unknown {
  const op = `adaptivePolyphaseSample${rank}d`;
  return (x: Tensor, options: PolyphaseSampleOptions = {}) => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    const geometry = polyphaseGeometry(op, rank, x.shape, options);
    if (x.size === 0) return reshape(x, geometry.outputShape);
    return scope(() => {
      const components = componentsOf(x, geometry);
      const [batch, , ...component] = components.shape;
      const chosen = noGrad(() => argmax(comparable(components, options.p ?? 2), 1));
      const index = expand(reshape(chosen, [batch, 1, ...component.map(() => 1)]), [batch, 1, ...component]);
      return reshape(gather(components, 1, index), geometry.outputShape);
    });
  };
}

/** As {@link adaptivePolyphaseSample2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const adaptivePolyphaseSample1d: PolyphaseSampleFunction<'adaptivePolyphaseSample1d', 1> =
  /* @__PURE__ */ adaptivePolyphaseSample(1);

/**
 * Subsampling that moves with its input: of the `stride × stride` ways to keep every `stride`-th row and column (the polyphase
 * components), each example keeps the one with the largest norm over all channels. A circular shift of the input only changes
 * which way has which elements; so the output is the same up to a circular shift, and what follows a global pooling is the
 * same exactly.
 *
 * A. Chaman and I. Dokmanić, "Truly shift-invariant convolutional neural networks", CVPR 2021. It replaces a stride: use it
 * behind a convolution or pooling with stride 1 and circular padding (`pad` with mode `circular`).
 *
 * Norms are compared in whole steps of `2^-23` of the example's largest `|x|^p`, or coarser when a component has more than 256
 * elements (`2^-31` times their number), so that the choice does not depend on the order in which a device adds. Among equal
 * norms the first component is chosen, in row-major order of where it starts; only then can a shift change the output, as for
 * pictures of few distinct values.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`. Sizes are multiples of the stride.
 * @returns `size / stride` along each axis. The gradient goes to the component that was chosen.
 * @throws `INVALID_SHAPE` for a size that is not a multiple, or a wrong rank; `INVALID_ARGUMENT`, `INVALID_DTYPE`.
 *
 * @example
 * ```ts
 * const y = adaptivePolyphaseSample2d(arange(16).reshape([4, 4])); // [[5, 7], [13, 15]]
 * ```
 */
export const adaptivePolyphaseSample2d: PolyphaseSampleFunction<'adaptivePolyphaseSample2d', 2> =
  /* @__PURE__ */ adaptivePolyphaseSample(2);

/** As {@link adaptivePolyphaseSample2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const adaptivePolyphaseSample3d: PolyphaseSampleFunction<'adaptivePolyphaseSample3d', 3> =
  /* @__PURE__ */ adaptivePolyphaseSample(3);
