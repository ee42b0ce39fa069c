import type { SpatialRank } from '@cenote/shape';
import type { KnownOptions, PoolShape, WindowArguments, WindowOptions } from '@cenote/shape/types';
import type { AvgPoolOptions, KernelSize, PoolWindowOptions, Tensor } from '@cenote/tensor';
import { averagePool as averagePoolOp, extremumPool as extremumPoolOp, normPool } from '@cenote/tensor/engine';
import { checkNumber } from '../check.js';
import type { AvgPoolDescription, ExtremumPoolDescription, LpPoolDescription } from '../layer-description.js';
import { type Typed, typed } from '../typed.js';
import { completed, WindowLayer, windowOf } from './window-layer.js';

type PoolDescription = ExtremumPoolDescription | AvgPoolDescription | LpPoolDescription;

/** A pooling window over one to three spatial axes. Made by {@link maxPool2d}, {@link avgPool2d} and their like. */
export class Pool<D extends PoolDescription = PoolDescription> extends WindowLayer<D> {
  readonly #apply: (x: Tensor, options: D) => Tensor;

  constructor(rank: SpatialRank, description: D, apply: (x: Tensor, options: D) => Tensor) {
    super(rank, description);
    this.#apply = apply;
  }

  override forward(x: Tensor): Tensor {
    return this.#apply(x, this.describe());
  }
}

function extremumPool(
  fn: 'max' | 'min',
  rank: SpatialRank,
  window: WindowArguments<PoolWindowOptions & KernelSize>,
): Pool<ExtremumPoolDescription> {
  const kind = `${fn}Pool${rank}d` as const;
  return new Pool(rank, { kind, ...completed(windowOf(kind, window)) }, (x, options) =>
    extremumPoolOp(kind, fn, rank, x, options),
  );
}

function averagePool(
  rank: SpatialRank,
  window: WindowArguments<AvgPoolOptions & KernelSize>,
): Pool<AvgPoolDescription> {
  const kind = `avgPool${rank}d` as const;
  const options = windowOf(kind, window);
  const { countIncludePad = true, divisorOverride = null } = options;
  return new Pool(rank, { kind, ...completed(options), countIncludePad, divisorOverride }, (x, described) =>
    averagePoolOp(kind, rank, x, described),
  );
}

function lpPool(
  rank: SpatialRank,
  p: number,
  window: WindowArguments<PoolWindowOptions & KernelSize>,
): Pool<LpPoolDescription> {
  const kind = `lpPool${rank}d` as const;
  checkNumber(kind, 'p', p, (value) => value > 0, 'above 0');
  return new Pool(rank, { kind, p, ...completed(windowOf(kind, window)) }, (x, options) =>
    normPool(kind, rank, x, p, options),
  );
}

/** Max pooling along one axis: `[N, C, W]`, `[C, W]` or `[W]`. See {@link maxPool2d}. */
export function maxPool1d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'maxPool1d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<ExtremumPoolDescription>, PoolShape<'maxPool1d', 1, WindowOptions<A>>> {
  return typed(extremumPool('max', 1, window));
}

/**
 * Max pooling over height and width: `[N, C, H, W]`, `[C, H, W]` or `[H, W]`. The stride is the window's size by default.
 *
 * @example
 * ```ts
 * const halved = maxPool2d(2);
 * const overlapping = maxPool2d(3, { stride: 2, padding: 1 });
 * const same = maxPool2d({ kernelSize: 3, stride: 2, padding: 1 });
 * ```
 */
export function maxPool2d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'maxPool2d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<ExtremumPoolDescription>, PoolShape<'maxPool2d', 2, WindowOptions<A>>> {
  return typed(extremumPool('max', 2, window));
}

/** Max pooling over depth, height and width. See {@link maxPool2d}. */
export function maxPool3d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'maxPool3d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<ExtremumPoolDescription>, PoolShape<'maxPool3d', 3, WindowOptions<A>>> {
  return typed(extremumPool('max', 3, window));
}

/** Min pooling along one axis. See {@link maxPool2d}. */
export function minPool1d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'minPool1d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<ExtremumPoolDescription>, PoolShape<'minPool1d', 1, WindowOptions<A>>> {
  return typed(extremumPool('min', 1, window));
}

/** Min pooling over height and width. See {@link maxPool2d}. */
export function minPool2d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'minPool2d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<ExtremumPoolDescription>, PoolShape<'minPool2d', 2, WindowOptions<A>>> {
  return typed(extremumPool('min', 2, window));
}

/** Min pooling over depth, height and width. See {@link maxPool2d}. */
export function minPool3d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'minPool3d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<ExtremumPoolDescription>, PoolShape<'minPool3d', 3, WindowOptions<A>>> {
  return typed(extremumPool('min', 3, window));
}

/** Average pooling along one axis: `[N, C, W]`, `[C, W]` or `[W]`. See {@link avgPool2d}. */
export function avgPool1d<const A extends WindowArguments<AvgPoolOptions & KernelSize>>(
  ...window: A & KnownOptions<'avgPool1d', A, AvgPoolOptions & KernelSize>
): Typed<Pool<AvgPoolDescription>, PoolShape<'avgPool1d', 1, WindowOptions<A>>> {
  return typed(averagePool(1, window));
}

/**
 * Average pooling over height and width: `[N, C, H, W]`, `[C, H, W]` or `[H, W]`. The stride is the window's size by
 * default; the divisor counts padding unless `countIncludePad` is false.
 */
export function avgPool2d<const A extends WindowArguments<AvgPoolOptions & KernelSize>>(
  ...window: A & KnownOptions<'avgPool2d', A, AvgPoolOptions & KernelSize>
): Typed<Pool<AvgPoolDescription>, PoolShape<'avgPool2d', 2, WindowOptions<A>>> {
  return typed(averagePool(2, window));
}

/** Average pooling over depth, height and width. See {@link avgPool2d}. */
export function avgPool3d<const A extends WindowArguments<AvgPoolOptions & KernelSize>>(
  ...window: A & KnownOptions<'avgPool3d', A, AvgPoolOptions & KernelSize>
): Typed<Pool<AvgPoolDescription>, PoolShape<'avgPool3d', 3, WindowOptions<A>>> {
  return typed(averagePool(3, window));
}

/** LP pooling along one axis. See {@link lpPool2d}. */
export function lpPool1d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  p: number,
  ...window: A & KnownOptions<'lpPool1d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<LpPoolDescription>, PoolShape<'lpPool1d', 1, WindowOptions<A>>> {
  return typed(lpPool(1, p, window));
}

/** The p-norm of each window, `(Σ |x|^p)^(1/p)`, over height and width. */
export function lpPool2d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  p: number,
  ...window: A & KnownOptions<'lpPool2d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<LpPoolDescription>, PoolShape<'lpPool2d', 2, WindowOptions<A>>> {
  return typed(lpPool(2, p, window));
}

/** LP pooling over depth, height and width. See {@link lpPool2d}. */
export function lpPool3d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  p: number,
  ...window: A & KnownOptions<'lpPool3d', A, PoolWindowOptions & KernelSize>
): Typed<Pool<LpPoolDescription>, PoolShape<'lpPool3d', 3, WindowOptions<A>>> {
  return typed(lpPool(3, p, window));
}
