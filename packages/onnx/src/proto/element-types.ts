import type { DType } from '@cenote/backend';

/** `TensorProto.DataType` by number: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const names = [
  'undefined',
  'float',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'double',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
] as const;

/** How ONNX numbers our dtypes. */
export const elementType: { readonly [D in DType]: number } = {
  f32: 1,
  f64: 11,
  i32: 6,
  i64: 7,
  u8: 2,
  i8: 3,
  bool: 9,
};

/** What ONNX calls an element type, for messages. */
export function elementTypeName(type: number): string {
  return names.at(type) ?? `element type ${type}`;
}

/** Our dtype for an element type of ONNX, if there is one. */
export function dtypeOf(type: number): DType | undefined {
  for (const dtype of ['f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'] as const) {
    if (elementType[dtype] === type) return dtype;
  }
  return undefined;
}
