import { byteSize, type DType, typedArrayView } from '@cenote/backend';
import { type CreationOptions, fromData, type Shape, type Tensor } from '@cenote/tensor';
import { widenBfloat16, widenFloat16 } from './half.js';

/**
 * Bits per element of every dtype that the format knows, by the name that files use
 * (https://github.com/huggingface/safetensors, `Dtype` of its Rust implementation).
 */
export const bitSize = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** A dtype as files name it. */
export type FileDType = keyof typeof bitSize;

/** How files name our dtypes. */
export const dtypeNames: { readonly [D in DType]: FileDType } = {
  f32: 'F32',
  f64: 'F64',
  i32: 'I32',
  i64: 'I64',
  u8: 'U8',
  i8: 'I8',
  bool: 'BOOL',
};

const ours = new Map<string, DType>();
for (const dtype of ['f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'] as const) ours.set(dtypeNames[dtype], dtype);

/** Half precision is widened: each of its numbers is an `f32` too. */
const halves = new Map<string, (bits: Uint16Array) => Float32Array>([
  ['F16', widenFloat16],
  ['BF16', widenBfloat16],
]);

/** Whether the format knows such a dtype. */
export function isFileDType(name: unknown): name is FileDType {
  return typeof name === 'string' && Object.hasOwn(bitSize, name);
}

/** The dtypes that {@link tensorFrom} takes, for messages. */
export const readable: readonly string[] = [...ours.keys(), ...halves.keys()];

/** Whether tensors of such a dtype can be made here. */
export function isReadable(dtype: FileDType): boolean {
  return ours.has(dtype) || halves.has(dtype);
}

/**
 * A tensor of the bytes of a file: row-major, little-endian. They are copied.
 *
 * @param dtype One of {@link readable}.
 */
export function tensorFrom(dtype: FileDType, bytes: Uint8Array, shape: Shape, options: CreationOptions): Tensor {
  const widen = halves.get(dtype);
  if (widen) {
    const elements = widen(new Uint16Array(aligned(bytes, 2), 0, bytes.byteLength / 2));
    return fromData(elements, shape, { ...options, dtype: 'f32' });
  }
  const own = ours.get(dtype) ?? 'u8';
  const buffer = aligned(bytes, byteSize[own]);
  const elements = typedArrayView(own, buffer, 0, bytes.byteLength / byteSize[own]);
  return fromData(elements, shape, { ...options, dtype: own });
}

/** A buffer that starts with these bytes. Not by slice(), which copies nothing of a Node Buffer. */
function aligned(bytes: Uint8Array, alignment: number): ArrayBufferLike {
  return bytes.byteOffset === 0 && bytes.byteLength % alignment === 0 ? bytes.buffer : new Uint8Array(bytes).buffer;
}
