// Writes safetensors files in half precision, which @cenote/safetensors reads but does not write.

const view = new DataView(new ArrayBuffer(4));

/**
 * The nearest half-precision number (IEEE 754 binary16), ties to even, as its 16 bits.
 *
 * @param {number} value finite, or infinite; NaN is not kept apart from other NaNs
 */
export function halfBits(value) {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From half of the step above the largest finite one, 65504, everything rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below the smallest normal number the steps are all 2^-24.
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  // 13 bits of the fraction go; a carry into the exponent is right as it is.
  const kept = magnitude - 0x38000000;
  const half = kept >>> 13;
  const rest = kept & 0x1fff;
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? 1 : 0));
}

/** @param {number} value not negative */
function roundToEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/**
 * @param {readonly (readonly [string, { shape: readonly number[], values: Float32Array }])[]} tensors by name
 * @param {Readonly<Record<string, string>>} metadata text beside them
 * @returns {Uint8Array} a safetensors file of dtype F16
 */
export function encodeSafetensorsF16(tensors, metadata) {
  let end = 0;
  /** @type {Record<string, unknown>} */
  const entries = { __metadata__: metadata };
  for (const [name, { shape, values }] of tensors) {
    const start = end;
    end += 2 * values.length;
    entries[name] = { dtype: 'F16', shape, data_offsets: [start, end] };
  }
  const json = Buffer.from(JSON.stringify(entries));
  const length = Math.ceil(json.length / 8) * 8;
  const file = Buffer.alloc(8 + length + end, 0x20);
  file.writeBigUInt64LE(BigInt(length), 0);
  json.copy(file, 8);
  let at = 8 + length;
  for (const [, { values }] of tensors) {
    for (const value of values) at = file.writeUInt16LE(halfBits(value), at);
  }
  return file;
}
