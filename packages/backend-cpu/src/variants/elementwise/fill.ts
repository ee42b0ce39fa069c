import { type DType, type Layout, typedArrayView } from '@cenote/backend';
import { output, table, type Variant } from '../../plan.js';
import { isContiguous, rowStep } from './rows.js';

/** Fast ways of `fill`: runs of elements of any dtype. */
export const fastFill: readonly Variant<'fill'>[] = [
  {
    target: 'simd',
    plan({ value }, _inputs, [y]) {
      const element = encode(y.dtype, value);
      if (element === null) return null;
      // Where all bytes are equal, as in 0, it is bytes that are filled, for which the engine has a function.
      const isUniform = element.every((byte) => byte === element[0]);
      const target: Layout = isUniform && isContiguous(y) ? bytesOf(y, element.length) : y;
      const source: Layout = { ...target, strides: target.shape.map(() => 0) };
      const step = rowStep(0, target, output(0), [[source, table(element)]]);
      return step && { name: `${y.dtype}_fill${isContiguous(y) ? '' : '_rows'}`, steps: [step] };
    },
  },
];

/** The bytes of an element; `null` where that is for the general kernel, which converts between numbers and bigints. */
function encode(dtype: DType, value: number | bigint): Uint8Array | null {
  const bytes = new Uint8Array(dtype === 'f64' || dtype === 'i64' ? 8 : dtype === 'f32' || dtype === 'i32' ? 4 : 1);
  if (dtype === 'i64') {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) return null;
    typedArrayView(dtype, bytes.buffer, 0, 1)[0] = BigInt(value);
    return bytes;
  }
  if (typeof value === 'bigint') return null;
  if (dtype === 'bool') bytes[0] = value === 0 ? 0 : 1;
  else typedArrayView(dtype, bytes.buffer, 0, 1)[0] = value;
  return bytes;
}

/** A contiguous layout as one of bytes. */
function bytesOf({ shape }: Layout, elementBytes: number): Layout {
  const count = shape.reduce((product, size) => product * size, elementBytes);
  return { dtype: 'u8', shape: [count], strides: [1] };
}
