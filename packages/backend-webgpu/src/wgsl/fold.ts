import type { DType, PoolFn } from '@cenote/backend';

/** How many elements a thread holds in one value: 1, or 4 as a vector. */
export type Lanes = 1 | 4;

/**
 * What a window or a line is folded with, as WGSL: elements become numbers of `T` when they are loaded, two of which combine into
 * one, and become elements again when the result is stored.
 */
export interface Fold {
  /** In what elements are bound: as integers where only their bits matter. */
  readonly storage: 'f32' | 'i32';
  /** What changes nothing when it is combined with something. */
  readonly neutral: string;
  readonly load: (element: string) => string;
  readonly combine: (a: string, b: string) => string;
  readonly store: (total: string) => string;
}

/** The WGSL type of elements or numbers. */
export function vectorType(type: 'f32' | 'i32' | 'u32', lanes: Lanes): string {
  return lanes === 1 ? type : `vec4<${type}>`;
}

/** Plain sums of f32. */
export const sumFold: Fold = {
  storage: 'f32',
  neutral: '0.0',
  load: (element) => element,
  combine: (a, b) => `${a} + ${b}`,
  store: (total) => total,
};

/**
 * Maxima and minima as maxima of integer _keys_, in which NaN is larger than everything: floats never meet float arithmetic, so
 * that no implementation can lose a NaN. The bits of a float, taken as an integer, are in order but for the negative ones, which
 * run backwards; those are turned around. NaNs with a sign are then the smallest of all, and a subtraction that wraps around
 * takes them to the top. A minimum is the maximum of the negated elements; of integers, of their complements.
 *
 * @returns `null` for bytes, which are not bound one by one.
 */
export function extremumFold(fn: 'max' | 'min', dtype: DType): Fold | null {
  const combine = (a: string, b: string) => `max(${a}, ${b})`;
  const lowest = '(-2147483647 - 1)';
  if (dtype === 'i32') {
    const same = (element: string) => (fn === 'max' ? element : `~(${element})`);
    return { storage: 'i32', neutral: lowest, load: same, combine, store: same };
  }
  if (dtype !== 'f32') return null;
  const negated = fn === 'min';
  return {
    storage: 'i32',
    neutral: lowest,
    load: (element) => `keyOf(${negated ? `(${element}) ^ T(${lowest})` : element})`,
    combine,
    store: (total) => (negated ? `bitsOf(${total}) ^ T(${lowest})` : `bitsOf(${total})`),
  };
}

/** Functions that folds use, over the type `T` of the values. */
export function foldFunctions(fold: Fold, lanes: Lanes): string {
  const type = `alias T = ${vectorType(fold.storage, lanes)};`;
  if (fold.storage === 'f32') return type;
  const shift = lanes === 1 ? '31u' : 'vec4<u32>(31u)';
  return `${type}
fn keyOf(b: T) -> T { return (b ^ ((b >> ${shift}) & T(0x7fffffff))) - T(0x7fffff); }
fn bitsOf(key: T) -> T { let b = key + T(0x7fffff); return b ^ ((b >> ${shift}) & T(0x7fffffff)); }`;
}

/** The fold of a pooling over elements that are bound one by one; `null` for what only the general kernel computes. */
export function poolFold(pool: PoolFn, dtype: DType): Fold | null {
  switch (pool.fn) {
    case 'max':
    case 'min':
      return extremumFold(pool.fn, dtype);
    case 'avg':
      return dtype === 'f32' ? sumFold : null;
    case 'lp':
      return null;
  }
}
