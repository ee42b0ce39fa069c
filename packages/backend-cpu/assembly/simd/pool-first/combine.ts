// What a window computes, as a type parameter: the compiler leaves one branch of each question below.

/** The maximum, of elements none of which is NaN. */
export type Max = i8;
/** The maximum, where NaN wins: more work. A unit of `Max` that turns out to have met a NaN is computed again with this. */
export type Careful = u8;
/** The sum. */
export type Sum = i32;

@inline
export function isSum<T>(): bool {
  return sizeof<T>() == 4;
}

@inline
export function isCareful<T>(): bool {
  return !isSigned<T>();
}

/** `pmax(a, b)` is `a < b ? b : a` and one machine instruction; of two such, one keeps a NaN. */
@inline
export function combine<T>(a: v128, b: v128): v128 {
  if (isSum<T>()) return f32x4.add(a, b);
  if (isCareful<T>()) return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
  return f32x4.pmax(a, b);
}

/** What changes nothing: the value of padding. */
@inline
export function identity<T>(): v128 {
  return isSum<T>() ? f32x4.splat(0) : f32x4.splat(-Infinity);
}

/**
 * Adds elements that were read to a sum that ends as NaN if one of them was. It also does where both infinities meet, which
 * only costs time.
 */
@inline
export function watch<T>(seen: v128, elements: v128): v128 {
  if (isSum<T>() || isCareful<T>()) return seen;
  return f32x4.add(seen, elements);
}

/** Whether the sum of {@link watch} says that there was a NaN. */
@inline
export function sawNaN(seen: v128): bool {
  return v128.any_true(f32x4.ne(seen, seen));
}

/** Results of four columns as they are stored. A sum is divided by `factor` times what each column has at `divisors`. */
@inline
export function leave<T>(result: v128, factor: v128, divisors: usize): v128 {
  return isSum<T>() ? f32x4.div(result, f32x4.mul(factor, v128.load(divisors))) : result;
}

/** The first 1 to 3 elements at an address, and zeros. */
@inline
export function loadSome(from: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(from);
  const two = v128.load64_zero(from);
  return count == 2 ? two : v128.load32_lane(from, two, 2, 8);
}

/** Four elements, or as many as there are. */
@inline
export function loadUpTo4(from: usize, count: i32): v128 {
  return count >= 4 ? v128.load(from) : loadSome(from, count);
}

/** Stores the first four elements, or as many as there is room for. */
@inline
export function storeUpTo4(to: usize, elements: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, elements);
  } else if (count == 1) {
    v128.store32_lane(to, elements, 0);
  } else {
    v128.store64_lane(to, elements, 0);
    if (count == 3) v128.store32_lane(to, elements, 2, 8);
  }
}

/** The first two of four elements as f64. */
@inline
export function lowHalf(elements: v128): v128 {
  return f64x2.promote_low_f32x4(elements);
}

/** The last two of four elements as f64. */
@inline
export function highHalf(elements: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(elements, elements, 2, 3, 2, 3));
}

/** Four f64 rounded to f32. */
@inline
export function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}
