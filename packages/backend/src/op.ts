import type { WindowGeometry } from '@cenote/shape';

/**
 * Elementwise functions of one input. Floats only, except `neg`, `abs`, `sign`, `relu` (any number, not `bool`), the
 * rounding functions (identity on integers), `isNan` (any dtype, gives `bool`) and `logicalNot` (`bool` to `bool`).
 * `round` takes halves to the even neighbour. `relu`, `abs` and `sign` keep NaN.
 */
export type UnaryFn =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'relu'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'isNan'
  | 'logicalNot';

/** Comparisons: two inputs of one dtype, any dtype, output `bool`. A comparison with NaN is false, except `ne`. */
export type CompareFn = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/**
 * Elementwise functions of two inputs of one dtype.
 *
 * - `add`, `sub`, `mul`: any number; of integers they wrap around.
 * - `div`: floats only.
 * - `pow`: any number. Of floats by C's `pow`, as in PyTorch: `1 ** y` is 1 and `x ** 0` is 1, whatever the other is, NaN
 *   included, and `(−1) ** ±∞` is 1 (JavaScript says NaN). Of integers it wraps around; a negative exponent gives the
 *   reciprocal, truncated: ±1 for a base of ±1, else 0.
 * - `maximum`, `minimum`: any dtype; NaN wins.
 * - `remainder`: any number; the sign of the divisor, as in Python and PyTorch. A zero remainder of floats keeps the sign
 *   of the dividend. An integer remainder by 0 is 0.
 * - `logicalAnd`, `logicalOr`: `bool`.
 * - `reluGrad`, `sigmoidGrad`, `tanhGrad`: floats; see {@link ActivationGradFn}.
 */
export type BinaryFn =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'remainder'
  | 'logicalAnd'
  | 'logicalOr'
  | ActivationGradFn
  | CompareFn;

/**
 * The gradients of the activations that are fused, in one pass over memory: of `dy`, the gradient with respect to the
 * activation's output, and that output `y`, in this order. Floats only.
 *
 * - `reluGrad`: `y ≤ 0 ? 0 : dy`, so that a NaN in `y` lets `dy` through, as in PyTorch.
 * - `sigmoidGrad`: `dy · (y · (1 − y))`.
 * - `tanhGrad`: `dy · ((1 − y) · (1 + y))`, which does not cancel where `y` is near ±1, as `1 − y · y` does.
 */
export type ActivationGradFn = `${ActivationFn}Grad`;

/**
 * Reductions. Output dtype is the input's. `sum` and `prod` take any number, of integers they wrap around. `max` and
 * `min` take any dtype, propagate NaN and need at least one element; `any` and `all` take `bool`. Empty `sum` is 0, `prod`
 * 1, `any` false, `all` true.
 */
export type ReduceFn = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all';

/** Activations that can be fused into a matrix product or a convolution. */
export type ActivationFn = 'relu' | 'sigmoid' | 'tanh';

/** What is done to an accumulator before it is rounded and stored: `activation(acc + bias)`. Integers have `relu` only. */
export interface Epilogue {
  /** Whether a last input holds the bias: one value for each output channel (conv) or column (matmul). */
  readonly bias: boolean;
  /** The activation, if any. */
  readonly activation?: ActivationFn;
}

/**
 * What a pooling window computes from its valid taps.
 *
 * - `max`, `min`: seeded from the first valid tap, first in row-major order wins a tie, NaN wins over everything and
 *   the last NaN gives the index.
 * - `avg`: the sum over valid taps divided by `taps` (how many are valid), `window` (the product of the axes' `span`:
 *   padding counts, a ceil-mode overhang does not) or a given number. Of `u8` and `i8` it is the exact quotient of the
 *   exact sum, rounded to the nearest integer with halves to the even one and clamped to the dtype's range (beyond which
 *   only a given divisor can lead), as in PyTorch's quantized kernels.
 * - `lp`: `(Σ |x|^p)^(1/p)` over valid taps (the ONNX rule).
 */
export type PoolFn =
  | { readonly fn: 'max' }
  | { readonly fn: 'min' }
  | { readonly fn: 'avg'; readonly divisor: 'taps' | 'window' | number }
  | { readonly fn: 'lp'; readonly p: number };

/**
 * The second output of a max or min pooling, or the second input of its gradient.
 *
 * - `none`: there is none.
 * - `plane`: dtype `i32`; the flat position `(d · H + h) · W + w` in the unpadded spatial plane of the input (PyTorch's).
 * - `window`: dtype `u8`; the number of the tap in the kernel, row-major; only for kernels of at most 255 taps.
 */
export type IndexKind = 'none' | 'plane' | 'window';

/**
 * Everything a backend can be asked to compute: plain, structured-cloneable data. Inputs and outputs are listed as
 * `[inputs] → [outputs]`. Unless said otherwise all of them have the same dtype, and inputs may be any strided view
 * (stride 0 where they are broadcast); outputs are contiguous (but `copy` and `fill` also write into strided views without
 * overlap), distinct from every input, and hold garbage before the run.
 *
 * `bool` can be moved (`copy`, `fill`, `where`, `gather`, `scatter`) and compared, has an order (`maximum`, `minimum`, `max`
 * and `min` as reductions and as pooling, `argReduce`) and logic, but no arithmetic: `matmul`, `conv` and its gradients,
 * `poolGrad`, `scatterAdd` and whatever adds or multiplies decline it.
 */
export type Op =
  /** `[x] → [y]`, same shape. Converts when the dtypes differ: to `bool` it is `x ≠ 0`, float to integer truncates and then wraps, NaN becomes 0. */
  | { readonly kind: 'copy' }
  /** `[] → [y]`: every element is `value`. */
  | { readonly kind: 'fill'; readonly value: number | bigint }
  /** `[x] → [y]`, same shape. */
  | { readonly kind: 'unary'; readonly fn: UnaryFn }
  /** `[a, b] → [y]`, all of one shape (the core broadcasts by strides). */
  | { readonly kind: 'binary'; readonly fn: BinaryFn }
  /** `[condition: bool, a, b] → [y]`, all of one shape: `condition ? a : b`. */
  | { readonly kind: 'where' }
  /** `[x] → [y]`: `y` has size 1 on each of `axes` (ascending, distinct) and x's size elsewhere. */
  | { readonly kind: 'reduce'; readonly fn: ReduceFn; readonly axes: readonly number[] }
  /** `[x] → [y: i32]`: position of the largest or smallest along `axis`, where `y` has size 1; the first wins a tie, the first NaN wins over all. */
  | { readonly kind: 'argReduce'; readonly fn: 'argmax' | 'argmin'; readonly axis: number }
  /** `[a: (B, M, K), b: (B, K, N), bias?: (N)] → [y: (B, M, N)]`; `B` may be broadcast by stride 0. */
  | { readonly kind: 'matmul'; readonly epilogue?: Epilogue }
  /** `[x, weight: (O, I / groups, …kernel), bias?: (O)] → [y]`. */
  | { readonly kind: 'conv'; readonly geometry: WindowGeometry; readonly groups: number; readonly epilogue?: Epilogue }
  /** `[dy, weight] → [dx]`: the gradient of `conv` with respect to its input; `geometry` is that of the `conv`. */
  | { readonly kind: 'convGradInput'; readonly geometry: WindowGeometry; readonly groups: number }
  /** `[x, dy] → [dWeight]`: the gradient of `conv` with respect to its weight. */
  | { readonly kind: 'convGradWeight'; readonly geometry: WindowGeometry; readonly groups: number }
  /** `[x] → [y]` or `[x] → [y, indices]` (max and min of any dtype, see {@link IndexKind}). `avg` takes floats, `u8` and `i8`; `lp` takes floats. */
  | { readonly kind: 'pool'; readonly pool: PoolFn; readonly geometry: WindowGeometry; readonly indices: IndexKind }
  /**
   * The gradient of `pool` with respect to its input, as a gather; `geometry` is that of the `pool`.
   * max, min: `[dy, indices] → [dx]` (`indices` is not `none`); avg: `[dy] → [dx]`, floats only; lp: `[dy, x, y] → [dx]`,
   * floats only, 0 where `x` is 0 and from windows where `y` is 0.
   */
  | { readonly kind: 'poolGrad'; readonly pool: PoolFn; readonly geometry: WindowGeometry; readonly indices: IndexKind }
  /** `[x] → [y]` along `axis`, stable for any finite input; `log` gives the logarithm. Floats only. */
  | { readonly kind: 'softmax'; readonly axis: number; readonly log: boolean }
  /** `[x, index: i32] → [y]`: `y[…, i, …] = x[…, index[…, i, …], …]` along `axis`; y has the shape of index, other axes agree. Indices are in range. */
  | { readonly kind: 'gather'; readonly axis: number }
  /** `[index: i32, source] → [y]`: y starts at 0; `y[…, index[…, i, …], …] += source[…, i, …]` along `axis`, in row-major order. Any number. Indices are in range. */
  | { readonly kind: 'scatterAdd'; readonly axis: number }
  /** As `scatterAdd`, but `y[…, index[…, i, …], …] = source[…, i, …]`: of several elements for one place the last in row-major order stays. Any dtype. */
  | { readonly kind: 'scatter'; readonly axis: number };

/** The discriminant of {@link Op}. */
export type OpKind = Op['kind'];

/** The {@link Op} of one kind. */
export type OpOf<K extends OpKind> = Extract<Op, { kind: K }>;
