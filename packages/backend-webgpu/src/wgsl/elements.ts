import type { DType } from '@cenote/backend';

/** In what a shader computes with elements of a dtype: bytes are `i32` there, and wrap around when they are stored. */
export function computeType(dtype: DType): 'f32' | 'i32' {
  return dtype === 'f32' ? 'f32' : 'i32';
}

/** Whether elements are bytes, four of which share a word. */
export function isByte(dtype: DType): boolean {
  return dtype === 'u8' || dtype === 'i8' || dtype === 'bool';
}

/** The WGSL type of a storage buffer with elements of a dtype. */
export function storageType(dtype: DType): string {
  return isByte(dtype) ? 'array<u32>' : `array<${computeType(dtype)}>`;
}

/** A function `load_in0(i)` that reads element `i` of a binding, counted from the start of its buffer. */
export function loader(name: string, dtype: DType): string {
  const type = computeType(dtype);
  const body = !isByte(dtype)
    ? `return ${name}[i];`
    : dtype === 'i8'
      ? `return i32(${name}[i >> 2u] << ((3u - (i & 3u)) << 3u)) >> 24u;`
      : `return i32((${name}[i >> 2u] >> ((i & 3u) << 3u)) & 255u);`;
  return `fn load_${name}(i: u32) -> ${type} { ${body} }`;
}

/** The smallest and largest number of a dtype, as WGSL. */
export function literal(dtype: DType, value: number): string {
  if (computeType(dtype) === 'i32')
    return value < 0 ? `(${value === -(2 ** 31) ? '-2147483647 - 1' : value})` : `${value}`;
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  // As bits: WGSL has no literals for NaN and infinities, and takes no constant expression that gives them.
  return Number.isFinite(value) ? `bitcast<f32>(0x${bits.toString(16)}u)` : `fromBits(0x${bits.toString(16)}u)`;
}

/**
 * Functions for what WGSL leaves open: an implementation may assume that there is no NaN and no infinity, so that `x != x` may be
 * folded to false and `max(NaN, 1)` may be 1. Bits tell; and bits that come out of a buffer (`offsets[1].z` is 0) cannot be folded.
 */
export const floatHelpers = `
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits | offsets[1].z); }
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn maxOf(a: f32, b: f32) -> f32 { return select(select(max(a, b), b, isNan(b)), a, isNan(a)); }
fn minOf(a: f32, b: f32) -> f32 { return select(select(min(a, b), b, isNan(b)), a, isNan(a)); }
`;
