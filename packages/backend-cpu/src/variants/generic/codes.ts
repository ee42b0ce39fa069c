import { type BinaryFn, byteSize, type DType, isFloat, type UnaryFn } from '@cenote/backend';

/** How dtypes are numbered in assembly/scalar/rows.ts. */
export const dtypeCode: { readonly [D in DType]: number } = { f32: 0, f64: 1, i32: 2, i64: 3, u8: 4, bool: 4, i8: 5 };

/** Stores integers as f32, rounding once. */
const f32OfIntegerCode = 6;

/** How functions are numbered in assembly/scalar/functions.ts. */
export const unaryCode: { readonly [F in UnaryFn]: number } = {
  neg: 0,
  abs: 1,
  sign: 2,
  exp: 3,
  expm1: 4,
  log: 5,
  log1p: 6,
  sqrt: 7,
  reciprocal: 8,
  sin: 9,
  cos: 10,
  tanh: 11,
  sigmoid: 12,
  relu: 13,
  floor: 14,
  ceil: 15,
  round: 16,
  isNan: 17,
  logicalNot: 18,
};

/** As {@link unaryCode}. The logic of `bool` is that of its order: `false < true`. */
export const binaryCode: { readonly [F in BinaryFn]: number } = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  pow: 4,
  maximum: 5,
  minimum: 6,
  remainder: 7,
  reluGrad: 8,
  sigmoidGrad: 9,
  tanhGrad: 10,
  eq: 11,
  ne: 12,
  lt: 13,
  le: 14,
  gt: 15,
  ge: 16,
  logicalOr: 5,
  logicalAnd: 6,
};

/** How a row is converted in scratch and stored afterwards. */
export interface Conversion {
  readonly conversion: number;
  readonly store: number;
}

/** How elements of one dtype become those of another, or `null` when the bytes stay what they are. */
export function conversionOf(from: DType, to: DType): Conversion | null {
  const isByte = byteSize[from] === 1 && byteSize[to] === 1 && to !== 'bool';
  if (from === to || isByte) return null;
  const store = dtypeCode[to];
  if (to === 'bool') return { conversion: isFloat(from) ? 3 : 4, store };
  if (isFloat(from)) return { conversion: isFloat(to) ? 0 : 1, store };
  if (to === 'f32') return { conversion: 0, store: f32OfIntegerCode };
  return { conversion: to === 'f64' ? 2 : 0, store };
}
