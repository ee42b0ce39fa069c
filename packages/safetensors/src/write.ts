import { byteSize } from '@cenote/backend';
import { CenoteError, type Tensor } from '@cenote/tensor';
import { dtypeNames } from './dtypes.js';
import { lengthBytes, metadataKey } from './header.js';
import { encodeUtf8 } from './utf8.js';

/** Options of {@link saveSafetensors}. */
export interface SaveSafetensorsOptions {
  /** Text to keep beside the tensors. PyTorch's tools look for `format: 'pt'`. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** @internal A file to be: what comes first, and the tensors in the order in which they follow. */
export interface Plan {
  readonly header: Uint8Array;
  readonly tensors: readonly Tensor[];
  readonly byteLength: number;
}

const halfOfAPair = /\p{Surrogate}/u;

/** @internal Lays out a file. @throws CenoteError `INVALID_ARGUMENT` for names and metadata that a file cannot hold. */
export function plan(op: string, tensors: Readonly<Record<string, Tensor>>, options: SaveSafetensorsOptions): Plan {
  for (const name of Object.keys(tensors)) checkName(op, name);
  const { metadata } = options;
  // Wide elements first, so that everything is aligned without gaps; the format's own implementation does the same.
  const inOrder = Object.entries(tensors).sort(
    ([a, x], [b, y]) => byteSize[y.dtype] - byteSize[x.dtype] || (a < b ? -1 : 1),
  );
  let end = 0;
  const entries = inOrder.map(([name, { dtype, shape, size }]) => {
    const begin = end;
    end += size * byteSize[dtype];
    return [name, { dtype: dtypeNames[dtype], shape, data_offsets: [begin, end] }];
  });
  const json = encodeUtf8(
    JSON.stringify(Object.fromEntries(metadata ? [[metadataKey, metadata], ...entries] : entries)),
  );
  const length = Math.ceil(json.length / lengthBytes) * lengthBytes;
  const header = new Uint8Array(lengthBytes + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, lengthBytes);
  return { header, tensors: inOrder.map(([, tensor]) => tensor), byteLength: header.length + end };
}

/** @internal The elements of a tensor as a file holds them. */
export async function bytesOf(tensor: Tensor): Promise<Uint8Array> {
  const elements = await tensor.data();
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}

function checkName(op: string, name: string): void {
  if (name !== metadataKey && !halfOfAPair.test(name)) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'a tensor cannot have this name',
    got: JSON.stringify(name),
    expected: `text other than '${metadataKey}'`,
    hint: 'Rename it; what belongs to the file as a whole goes into options.metadata',
  });
}

/**
 * A safetensors file with these tensors, such as the `stateDict()` of a model. Layouts and names are PyTorch's, so that its
 * `load_state_dict` takes them.
 *
 * @param tensors By name; they stay the caller's. Equal ones are written as often as they have names.
 * @returns The bytes of the file. The same tensors give the same bytes.
 * @throws CenoteError `INVALID_ARGUMENT` for names that the format cannot hold; `DISPOSED` for a disposed tensor.
 *
 * @example
 * ```ts
 * const bytes = await saveSafetensors(model.stateDict(), { metadata: { format: 'pt' } });
 * ```
 */
export async function saveSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  options: SaveSafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { header, tensors: inOrder, byteLength } = plan('saveSafetensors', tensors, options);
  const file = new Uint8Array(byteLength);
  file.set(header);
  let offset = header.length;
  for (const tensor of inOrder) {
    const bytes = await bytesOf(tensor);
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}
