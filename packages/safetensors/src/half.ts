/** What one bit pattern of IEEE 754 half precision stands for. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // Subnormal numbers have no implied leading 1.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Numbers of IEEE 754 half precision, which are all exact in `f32`. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, fromFloat16);
}

/** Numbers of bfloat16, which is the upper half of an `f32`. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  const words = Uint32Array.from(bits, (half) => half << 16);
  return new Float32Array(words.buffer);
}
