import { type BinaryFn, byteSize, type DType, isFloat, type UnaryFn } from '@cenote/backend';

/** How dtypes are numbered in assembly/scalar/rows.ts. */
export const dtypeCode: { readonly [D in DType]: number } = { f32: 0, f64: 1, i32: 2, i64: 3, u8: 4, bool: 4, i8: 5 };

/** Stores integers as f32, rounding once. */
const f32OfIntegerCode = 6;

/**
 * How functions are numbered in assembly/scalar/functions.ts: those of all numbers come first, then those that leave integers
 * as they are, then those of floats only, from `exp` on the slow ones.
 */
export const unaryCode: { readonly [F in UnaryFn]: number } = {
  neg: 0,
  abs: 1,
  sign: 2,
  relu: 3,
  floor: 4,
  ceil: 5,
  round: 6,
  sqrt: 7,
  reciprocal: 8,
  exp: 9,
  expm1: 10,
  log: 11,
  log1p: 12,
  sin: 13,
  cos: 14,
  tanh: 15,
  sigmoid: 16,
  isNan: 17,
  logicalNot: 18,
};

/**
 * As {@link unaryCode}: those of all dtypes, then those of all numbers, then those of floats only. The logic of `bool` is that
 * of its order: `false < true`.
 */
export const binaryCode: { readonly [F in BinaryFn]: number } = {
  maximum: 0,
  minimum: 1,
  logicalOr: 0,
  logicalAnd: 1,
  eq: 2,
  ne: 3,
  lt: 4,
  le: 5,
  gt: 6,
  ge: 7,
  add: 8,
  sub: 9,
  mul: 10,
  pow: 11,
  remainder: 12,
  div: 13,
  reluGrad: 14,
  sigmoidGrad: 15,
  tanhGrad: 16,
};

/**
 * How elements of one dtype become those of another: how a row is converted in scratch, and stored afterwards; `null` when the
 * bytes stay what they are.
 */
export function conversionOf(from: DType, to: DType): readonly [store: number, conversion: number] | null {
  const isByte = byteSize[from] === 1 && byteSize[to] === 1 && to !== 'bool';
  if (from === to || isByte) return null;
  const store = dtypeCode[to];
  if (to === 'bool') return [store, isFloat(from) ? 3 : 4];
  if (isFloat(from)) return [store, isFloat(to) ? 0 : 1];
  if (to === 'f32') return [f32OfIntegerCode, 0];
  return [store, to === 'f64' ? 2 : 0];
}
