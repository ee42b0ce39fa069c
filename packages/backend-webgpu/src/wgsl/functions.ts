import type { BinaryFn, DType, UnaryFn } from '@cenote/backend';
import { computeType } from './elements.js';

/** WGSL for a function of one element `x`; `null` where the dtype does not have it. The result of `isNan` is 0 or 1. */
export function unaryExpression(fn: UnaryFn, dtype: DType): string | null {
  if (fn === 'isNan') return dtype === 'f32' ? 'select(0, 1, isNan(x))' : '0';
  if (fn === 'logicalNot') return dtype === 'bool' ? 'select(0, 1, x == 0)' : null;
  if (dtype === 'bool') return null;
  return dtype === 'f32' ? floatUnary[fn] : (integerUnary[fn] ?? null);
}

const floatUnary: { readonly [F in Exclude<UnaryFn, 'isNan' | 'logicalNot'>]: string } = {
  neg: 'bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u)',
  abs: 'bitcast<f32>(bitcast<u32>(x) & 0x7fffffffu)',
  sign: 'select(select(sign(x), x, x == 0.0), x, isNan(x))',
  exp: 'expOf(x)',
  expm1: 'expm1Of(x)',
  log: 'logOf(x)',
  log1p: 'log1pOf(x)',
  sqrt: 'sqrtOf(x)',
  reciprocal: 'quotient(1.0, x)',
  sin: 'sinOf(x)',
  cos: 'cosOf(x)',
  tanh: 'tanhOf(x)',
  sigmoid: 'sigmoidOf(x)',
  relu: 'select(max(x, 0.0), x, isNan(x))',
  floor: 'select(floor(x), x, isNan(x))',
  ceil: 'select(ceil(x), x, isNan(x))',
  round: 'roundOf(x)',
};

const integerUnary: { readonly [F in UnaryFn]?: string } = {
  neg: '-x',
  abs: 'abs(x)',
  sign: 'sign(x)',
  relu: 'max(x, 0)',
  floor: 'x',
  ceil: 'x',
  round: 'x',
};

/** WGSL for a function of two elements `a` and `b`; `null` where the dtype does not have it. Comparisons give 0 or 1. */
export function binaryExpression(fn: BinaryFn, dtype: DType): string | null {
  switch (fn) {
    case 'eq':
      return compared(dtype, 'a == b', '!isNan(a) && !isNan(b)');
    case 'ne':
      return compared(dtype, 'a != b', null);
    case 'lt':
      return compared(dtype, 'a < b', '!isNan(a) && !isNan(b)');
    case 'le':
      return compared(dtype, 'a <= b', '!isNan(a) && !isNan(b)');
    case 'gt':
      return compared(dtype, 'a > b', '!isNan(a) && !isNan(b)');
    case 'ge':
      return compared(dtype, 'a >= b', '!isNan(a) && !isNan(b)');
    case 'maximum':
      return dtype === 'f32' ? 'maxOf(a, b)' : 'max(a, b)';
    case 'minimum':
      return dtype === 'f32' ? 'minOf(a, b)' : 'min(a, b)';
    case 'logicalAnd':
      return dtype === 'bool' ? 'a & b' : null;
    case 'logicalOr':
      return dtype === 'bool' ? 'a | b' : null;
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'pow':
    case 'remainder':
    case 'reluGrad':
    case 'sigmoidGrad':
    case 'tanhGrad':
      if (dtype === 'bool') return null;
      return computeType(dtype) === 'f32' ? floatBinary[fn] : (integerBinary[fn] ?? null);
  }
}

function compared(dtype: DType, expression: string, unlessNan: string | null): string {
  if (dtype !== 'f32') return `select(0, 1, ${expression})`;
  const whole = unlessNan === null ? `isNan(a) || isNan(b) || ${expression}` : `${unlessNan} && ${expression}`;
  return `select(0, 1, ${whole})`;
}

type Arithmetic = Exclude<
  BinaryFn,
  'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'maximum' | 'minimum' | 'logicalAnd' | 'logicalOr'
>;

const floatBinary: { readonly [F in Arithmetic]: string } = {
  add: 'a + b',
  sub: 'a - b',
  mul: 'a * b',
  div: 'quotient(a, b)',
  pow: 'powOf(a, b)',
  remainder: 'remainderOf(a, b)',
  reluGrad: 'select(a, 0.0, b <= 0.0 && !isNan(b))',
  sigmoidGrad: 'a * (b * (1.0 - b))',
  tanhGrad: 'a * ((1.0 - b) * (1.0 + b))',
};

const integerBinary: { readonly [F in Arithmetic]?: string } = {
  add: 'a + b',
  sub: 'a - b',
  mul: 'a * b',
  pow: 'integerPower(a, b)',
  remainder: 'integerRemainder(a, b)',
};

/** WGSL functions that some of the expressions use. */
export const arithmeticFunctions = `
// Division may be off by 2.5 units, and its infinities and NaNs are nobody's promise: one step of Newton's, and the cases by hand.
fn quotient(a: f32, b: f32) -> f32 {
  let ua = bitcast<u32>(a) & 0x7fffffffu;
  let ub = bitcast<u32>(b) & 0x7fffffffu;
  let sign = (bitcast<u32>(a) ^ bitcast<u32>(b)) & 0x80000000u;
  if (ua > 0x7f800000u || ub > 0x7f800000u) { return fromBits(0x7fc00000u); }
  if (ub == 0u) { return fromBits(select(0x7f800000u | sign, 0x7fc00000u, ua == 0u)); }
  if (ua == 0x7f800000u) { return fromBits(select(0x7f800000u | sign, 0x7fc00000u, ub == 0x7f800000u)); }
  if (ub == 0x7f800000u) { return fromBits(sign); }
  return a / b;
}
fn sqrtOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (bits == 0x80000000u || bits == 0x7f800000u || isNan(x)) { return x; }
  if (x < 0.0) { return fromBits(0x7fc00000u); }
  let root = sqrt(x);
  if (root == 0.0) { return root; }
  return 0.5 * (root + x / root);
}
// The sign of the divisor; a zero keeps the sign of the dividend.
fn remainderOf(a: f32, b: f32) -> f32 {
  let ua = bitcast<u32>(a) & 0x7fffffffu;
  let ub = bitcast<u32>(b) & 0x7fffffffu;
  if (ua >= 0x7f800000u || ub > 0x7f800000u || ub == 0u) { return fromBits(0x7fc00000u); }
  if (ub == 0x7f800000u) { return select(a, b, ua != 0u && (a < 0.0) != (b < 0.0)); }
  var rest = exactRemainder(ua, ub);
  if ((bitcast<u32>(rest) & 0x7fffffffu) == 0u) { return bitcast<f32>(bitcast<u32>(a) & 0x80000000u); }
  if (a < 0.0) { rest = -rest; }
  if ((rest < 0.0) != (b < 0.0)) { rest = rest + b; }
  return rest;
}
// Of the magnitudes, bit by bit: exact whatever their ratio.
fn exactRemainder(ua: u32, ub: u32) -> f32 {
  if (ua < ub) { return bitcast<f32>(ua); }
  var ea = i32(ua >> 23u);
  let eb = max(1, i32(ub >> 23u));
  var ma = ua & 0x7fffffu;
  var mb = ub & 0x7fffffu;
  if (ea > 0) { ma = ma | 0x800000u; } else { ea = 1; }
  if ((ub >> 23u) > 0u) { mb = mb | 0x800000u; }
  for (; ea > eb; ea--) {
    if (ma >= mb) { ma = ma - mb; }
    ma = ma << 1u;
  }
  if (ma >= mb) { ma = ma - mb; }
  if (ma == 0u) { return 0.0; }
  var e = eb;
  while (ma < 0x800000u && e > 1) { ma = ma << 1u; e--; }
  return bitcast<f32>((ma & 0x7fffffu) | select(u32(e) << 23u, 0u, ma < 0x800000u));
}
fn integerRemainder(a: i32, b: i32) -> i32 {
  if (b == 0 || b == -1) { return 0; }
  let rest = a % b;
  return select(rest, rest + b, rest != 0 && (rest < 0) != (b < 0));
}
fn integerPower(base: i32, exponent: i32) -> i32 {
  if (exponent < 0) {
    if (base == 1) { return 1; }
    if (base == -1) { return select(1, -1, (exponent & 1) != 0); }
    return 0;
  }
  var result = 1;
  var square = base;
  for (var e = exponent; e > 0; e = e >> 1u) {
    if ((e & 1) == 1) { result = result * square; }
    square = square * square;
  }
  return result;
}
// C's pow: see BinaryFn. Logarithm and product in two floats, for the large exponents.
fn powOf(a: f32, b: f32) -> f32 {
  let ua = bitcast<u32>(a) & 0x7fffffffu;
  let ub = bitcast<u32>(b) & 0x7fffffffu;
  if (ub == 0u || bitcast<u32>(a) == 0x3f800000u) { return 1.0; }
  if (ua > 0x7f800000u || ub > 0x7f800000u) { return fromBits(0x7fc00000u); }
  let whole = ub >= 0x4b800000u || b == floor(b);
  let odd = whole && ub < 0x4b800000u && (i32(abs(b)) & 1) == 1;
  let negative = (bitcast<u32>(a) >> 31u) == 1u;
  let sign = select(0u, 0x80000000u, negative && odd);
  if (ub == 0x7f800000u) {
    if (ua == 0x3f800000u) { return 1.0; }
    return fromBits(select(0u, 0x7f800000u, (ua > 0x3f800000u) == (b > 0.0)));
  }
  if (ua == 0u || ua == 0x7f800000u) {
    return fromBits(sign | select(0u, 0x7f800000u, (ua == 0u) != (b > 0.0)));
  }
  if (negative && !whole) { return fromBits(0x7fc00000u); }
  let power = powerOf(bitcast<f32>(ua), b);
  return fromBits(bitcast<u32>(power) | sign);
}
fn twoSum(a: f32, b: f32) -> vec2<f32> { let s = a + b; let t = s - a; return vec2<f32>(s, (a - (s - t)) + (b - t)); }
fn split(a: f32) -> vec2<f32> { let h = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u); return vec2<f32>(h, a - h); }
fn twoProduct(a: f32, b: f32) -> vec2<f32> {
  let x = split(a); let y = split(b);
  let p = a * b;
  return vec2<f32>(p, ((x.x * y.x - p) + x.x * y.y + x.y * y.x) + x.y * y.y);
}
// a^b for a positive, finite a: 2^(b · log2 a), with log2 a = e + 2/ln 2 · atanh((m − 1) / (m + 1)) in two floats.
fn powerOf(a: f32, b: f32) -> f32 {
  var bits = bitcast<u32>(a);
  var e = 0;
  if (bits < 0x00800000u) { bits = bitcast<u32>(f32(bits)); e = -149; }
  e = e + i32(bits >> 23u) - 127;
  var m = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);
  if (m > 1.41421356) { m = m * 0.5; e = e + 1; }
  let numerator = m - 1.0;
  let denominator = twoSum(m, 1.0);
  let s = numerator / denominator.x;
  let p = twoProduct(s, denominator.x);
  let low = (((numerator - p.x) - p.y) - s * denominator.y) / denominator.x;
  let z = s * s;
  let series = z * s * (0.33333334 + z * (0.2 + z * (0.14285715 + z * (0.11111111 + z * 0.09090909))));
  // The logarithm to the base 2: 2/ln 2 = 2.885390081777927.
  let c = twoProduct(s, 2.8853900432586670);
  var log2 = twoSum(f32(e), c.x);
  log2.y = log2.y + c.y + s * 3.8519259e-8 + (low + series) * 2.8853900817779268;
  let total = twoSum(log2.x, log2.y);
  let q = twoProduct(total.x, b);
  let rest = q.y + total.y * b;
  let y = q.x + rest;
  if (y > 128.5) { return fromBits(0x7f800000u); }
  if (y < -151.0) { return 0.0; }
  let n = floor(y + 0.5);
  let f = ((q.x - n) + rest) * 0.6931471805599453;
  let g = 1.0 + f * (1.0 + f * (0.5 + f * (0.16666667 + f * (0.041666668 + f * (0.008333334 + f * (0.0013888889 + f * 1.984127e-4))))));
  return scaled(g, i32(n));
}
`;
