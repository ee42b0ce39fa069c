import type { ReduceFn } from '@cenote/backend';
import type { Element, Elements } from '../elements.js';

/** How a reduction goes through its elements. */
export interface Fold<T extends Element> {
  /** The result for no elements; for `max` and `min`, which need one, a value that every element replaces. */
  readonly seed: T;
  /** What becomes of the result so far after the next `count` elements. */
  next(result: T, x: Elements<T>, count: number): T;
}

/** The reductions that a dtype has. */
export type FoldTable<T extends Element> = { readonly [F in ReduceFn]?: Fold<T> };

const largest: Fold<number> = {
  seed: Number.NEGATIVE_INFINITY,
  next(result, x, count) {
    for (let i = 0; i < count; i++) result = Math.max(result, x[i]);
    return result;
  },
};

const smallest: Fold<number> = {
  seed: Number.POSITIVE_INFINITY,
  next(result, x, count) {
    for (let i = 0; i < count; i++) result = Math.min(result, x[i]);
    return result;
  },
};

/** Of f32 and f64, which have all but the logical ones. */
export const floatFolds: Required<Omit<FoldTable<number>, 'any' | 'all'>> = {
  sum: {
    seed: 0,
    next(result, x, count) {
      for (let i = 0; i < count; i++) result += x[i];
      return result;
    },
  },
  prod: {
    seed: 1,
    next(result, x, count) {
      for (let i = 0; i < count; i++) result *= x[i];
      return result;
    },
  },
  max: largest,
  min: smallest,
};

/** Of i32, u8 and i8: 32 bits that wrap around. */
export const integerFolds: FoldTable<number> = {
  sum: {
    seed: 0,
    next(result, x, count) {
      for (let i = 0; i < count; i++) result = (result + x[i]) | 0;
      return result;
    },
  },
  prod: {
    seed: 1,
    next(result, x, count) {
      for (let i = 0; i < count; i++) result = Math.imul(result, x[i]);
      return result;
    },
  },
  max: largest,
  min: smallest,
};

/** Of i64: 64 bits that wrap around. */
export const bigintFolds: FoldTable<bigint> = {
  sum: {
    seed: 0n,
    next(result, x, count) {
      for (let i = 0; i < count; i++) result = BigInt.asIntN(64, result + x[i]);
      return result;
    },
  },
  prod: {
    seed: 1n,
    next(result, x, count) {
      for (let i = 0; i < count; i++) result = BigInt.asIntN(64, result * x[i]);
      return result;
    },
  },
  max: {
    seed: -(2n ** 63n),
    next(result, x, count) {
      for (let i = 0; i < count; i++) if (x[i] > result) result = x[i];
      return result;
    },
  },
  min: {
    seed: 2n ** 63n - 1n,
    next(result, x, count) {
      for (let i = 0; i < count; i++) if (x[i] < result) result = x[i];
      return result;
    },
  },
};

/** Of bool, where `max` is `any` and `min` is `all`, but for the empty ones. */
export const boolFolds: FoldTable<number> = {
  max: largest,
  min: smallest,
  any: {
    seed: 0,
    next(result, x, count) {
      for (let i = 0; i < count; i++) if (x[i] !== 0) return 1;
      return result;
    },
  },
  all: {
    seed: 1,
    next(result, x, count) {
      for (let i = 0; i < count; i++) if (x[i] === 0) return 0;
      return result;
    },
  },
};
