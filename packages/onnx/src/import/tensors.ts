import { byteSize, type DType, type TypedArray, typedArrayView } from '@cenote/backend';
import type { Shape } from '@cenote/shape';
import { dtypeOf, elementTypeName } from '../proto/element-types.js';
import { externalLocation, type TensorProto } from '../proto/schema.js';
import { excerpt, invalidFile } from './errors.js';

/** Reads a part of a file that lies beside the model. */
export type ReadExternal = (location: string, offset: number, length: number) => Promise<Uint8Array>;

/** A tensor of a file. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly elements: TypedArray;
}

/** The shape of a tensor of a file, and how many elements it has. */
export function storedShape(op: string, { name, dims }: TensorProto): { shape: Shape; count: number } {
  const shape = dims.map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0) && Number.isSafeInteger(count))
    return { shape, count };
  throw invalidFile(
    op,
    `a tensor with impossible sizes: '${excerpt(name, 40)}'`,
    `[${dims.join(', ')}]`,
    'whole numbers from 0 on',
  );
}

/** The dtype of a tensor of a file. @throws CenoteError `INVALID_FILE` for one that tensors cannot have here. */
export function storedDType(op: string, { name, dataType }: TensorProto): DType {
  const dtype = dtypeOf(dataType);
  if (dtype) return dtype;
  throw invalidFile(
    op,
    `a tensor of a type that tensors cannot have here: '${excerpt(name, 40)}'`,
    elementTypeName(dataType),
    'float, double, int32, int64, uint8, int8 or bool',
    'Convert the model',
  );
}

/**
 * The elements of a tensor of a file. No more memory is asked for than the file has bytes for.
 *
 * @param readExternal Null where no file beside the model may be read.
 */
export async function readTensor(
  op: string,
  tensor: TensorProto,
  readExternal: ReadExternal | null,
): Promise<StoredTensor> {
  if (tensor.dataLocation !== externalLocation) return storedElements(op, tensor);
  const byteLength = storedShape(op, tensor).count * byteSize[storedDType(op, tensor)];
  return storedElements(op, { ...tensor, rawData: await readExternalData(op, tensor, byteLength, readExternal) });
}

/** The elements of a tensor that are in the model itself. */
export function storedElements(op: string, tensor: TensorProto): StoredTensor {
  const dtype = storedDType(op, tensor);
  const { shape, count } = storedShape(op, tensor);
  const bytes = tensor.rawData;
  if (bytes === undefined) return { dtype, shape, elements: typedElements(op, tensor, dtype, count) };
  const byteLength = count * byteSize[dtype];
  if (bytes.length !== byteLength) {
    throw lengthError(op, tensor, `${bytes.length} bytes`, `${byteLength} for ${dtype} [${shape}]`);
  }
  // A copy starts at a multiple of every element's size. Not slice(), which copies nothing of a Node Buffer.
  return { dtype, shape, elements: typedArrayView(dtype, new Uint8Array(bytes).buffer, 0, count) };
}

function lengthError(op: string, { name }: TensorProto, got: string, expected: string) {
  return invalidFile(op, `a tensor with too few or too many elements: '${excerpt(name, 40)}'`, got, expected);
}

/** Elements that are a field of their own: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto says which types are where. */
function typedElements(op: string, tensor: TensorProto, dtype: DType, count: number): TypedArray {
  const { floatData, doubleData, int32Data, int64Data } = tensor;
  const field = dtype === 'f32' ? floatData : dtype === 'f64' ? doubleData : dtype === 'i64' ? int64Data : int32Data;
  if (field.length !== count) throw lengthError(op, tensor, `${field.length} elements`, String(count));
  const elements = typedArrayView(dtype, new ArrayBuffer(count * byteSize[dtype]), 0, count);
  if (elements instanceof BigInt64Array) elements.set(int64Data);
  else for (let index = 0; index < count; index++) elements[index] = Number(field[index]);
  return elements;
}

async function readExternalData(
  op: string,
  { externalData, name }: TensorProto,
  byteLength: number,
  readExternal: ReadExternal | null,
): Promise<Uint8Array> {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const offset = Number(entries.get('offset') ?? 0);
  const length = entries.has('length') ? Number(entries.get('length')) : byteLength;
  assertInside(op, location);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== byteLength) {
    throw invalidFile(
      op,
      `external data that do not fit the tensor '${excerpt(name, 40)}'`,
      `offset ${entries.get('offset')}, length ${entries.get('length')}`,
      `${byteLength} bytes`,
    );
  }
  if (!readExternal) {
    throw invalidFile(
      op,
      'the weights are in another file',
      `'${excerpt(location, 60)}'`,
      'a way to read it',
      'Pass externalData, or importOnnxFile the model from its folder',
    );
  }
  return readExternal(location, offset, length);
}

/** A path that stays in the folder of the model, whichever system it is read on. */
function assertInside(op: string, location: string): void {
  const parts = location.split(/[/\\]/);
  const climbs = parts.some((part) => part === '..' || part === '') || /[\0:]/.test(location);
  if (!climbs) return;
  throw invalidFile(
    op,
    'external data outside the folder of the model',
    `'${excerpt(location, 60)}'`,
    'a path below that folder',
    'Do not trust this file',
  );
}
