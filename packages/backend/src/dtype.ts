/**
 * Element types. `bool` is stored as one byte, 0 or 1. `i64` needs `BigInt64Array`, which every supported engine has;
 * a backend that has no 64-bit integers leaves it out of its {@link Capabilities}.
 */
export type DType = 'f32' | 'f64' | 'i32' | 'i64' | 'u8' | 'i8' | 'bool';

/** The typed array that holds elements of each dtype. */
export interface TypedArrayOf {
  f32: Float32Array<ArrayBufferLike>;
  f64: Float64Array<ArrayBufferLike>;
  i32: Int32Array<ArrayBufferLike>;
  i64: BigInt64Array<ArrayBufferLike>;
  u8: Uint8Array<ArrayBufferLike>;
  i8: Int8Array<ArrayBufferLike>;
  bool: Uint8Array<ArrayBufferLike>;
}

/** Any typed array that a tensor can be read into. */
export type TypedArray = TypedArrayOf[DType];

/** Bytes per element. */
export const byteSize: { readonly [D in DType]: number } = { f32: 4, f64: 8, i32: 4, i64: 8, u8: 1, i8: 1, bool: 1 };

/** All dtypes, in the order in which messages list them. */
export const dtypes: readonly DType[] = ['f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'];

/** Whether a dtype holds fractions. */
export function isFloat(dtype: DType): dtype is 'f32' | 'f64' {
  return dtype === 'f32' || dtype === 'f64';
}

/** Whether a dtype is a whole number, which `bool` is not. */
export function isInteger(dtype: DType): dtype is 'i32' | 'i64' | 'u8' | 'i8' {
  return dtype === 'i32' || dtype === 'i64' || dtype === 'u8' || dtype === 'i8';
}

/**
 * A typed array of `dtype` over part of a buffer, without copying.
 *
 * @param byteOffset Must be a multiple of {@link byteSize}.
 * @param elements How many elements the view has.
 */
export function typedArrayView<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  elements: number,
): TypedArrayOf[D];
export function typedArrayView(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  elements: number,
): TypedArray {
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, byteOffset, elements);
    case 'f64':
      return new Float64Array(buffer, byteOffset, elements);
    case 'i32':
      return new Int32Array(buffer, byteOffset, elements);
    case 'i64':
      return new BigInt64Array(buffer, byteOffset, elements);
    case 'i8':
      return new Int8Array(buffer, byteOffset, elements);
    case 'u8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, elements);
  }
}
