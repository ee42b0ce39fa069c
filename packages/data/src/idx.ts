import { CenoteError } from '@cenote/tensor';

/** The elements of an IDX file, by dtype. */
interface IdxData {
  u8: Uint8Array;
  i8: Int8Array;
  i32: Int32Array;
  f32: Float32Array;
  f64: Float64Array;
}

/** The dtypes that an IDX file can hold. */
export type IdxDType = keyof IdxData;

/** An array as an IDX file holds it: plain data, row-major. */
export type IdxArray = {
  [D in IdxDType]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: IdxData[D] };
}[IdxDType];

/** How to read a file that cannot be trusted. */
export interface IdxOptions {
  /** Largest number of bytes that the elements may take, as the header promises them; 2^30 (1 GiB) unless given. */
  readonly maxBytes?: number;
  /** What errors call the file, such as its path. */
  readonly name?: string;
}

/** The largest number of axes; the file format allows 255, MNIST has 3. */
const MAX_RANK = 8;
/** The default of {@link IdxOptions.maxBytes}. */
export const DEFAULT_MAX_BYTES = 2 ** 30;
const DAMAGED = 'Get the file again: it is damaged, or not in IDX format';

/** Element types by their code in the third byte of the file; shorts become `i32`, as there is no `i16`. */
const ELEMENT_TYPES = [
  { code: 0x08, name: 'unsigned byte', dtype: 'u8', bytes: 1 },
  { code: 0x09, name: 'signed byte', dtype: 'i8', bytes: 1 },
  { code: 0x0b, name: 'short', dtype: 'i32', bytes: 2 },
  { code: 0x0c, name: 'int', dtype: 'i32', bytes: 4 },
  { code: 0x0d, name: 'float', dtype: 'f32', bytes: 4 },
  { code: 0x0e, name: 'double', dtype: 'f64', bytes: 8 },
] as const;

/** What the header of an IDX file says about the rest of the file. */
export interface IdxHeader {
  readonly type: (typeof ELEMENT_TYPES)[number];
  readonly shape: readonly number[];
  /** Where the elements start. */
  readonly headerBytes: number;
  /** How long the whole file is. */
  readonly totalBytes: number;
}

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, a type code, the number of axes, the size of each axis as a
 * big-endian 32-bit number, and the elements, big-endian and row-major.
 *
 * Source: the description at <http://yann.lecun.com/exdb/mnist/>.
 *
 * @param bytes The whole file, not compressed; {@link readIdx} also takes gzipped ones.
 * @returns The array. Bytes (`u8`, `i8`) are a view of `bytes`, not a copy; wider elements are copied. Shorts (16-bit)
 * are widened to `i32`.
 * @throws `INVALID_FILE` with the byte offset, when the file is not IDX, is truncated, has bytes left over, or promises
 * more than `maxBytes`. Nothing is allocated before the header has been checked against the length of the file.
 */
export function parseIdx(bytes: Uint8Array, options: IdxOptions = {}): IdxArray {
  return new IdxFile('parseIdx', options).parse(bytes);
}

/** A file being read: the checks, with errors that name it. */
export class IdxFile {
  readonly #op: string;
  readonly #name: string;
  readonly #maxBytes: number;

  constructor(op: string, options: IdxOptions) {
    this.#op = op;
    this.#name = options.name === undefined ? '' : `${options.name}: `;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  /** Reads a whole file. */
  parse(bytes: Uint8Array): IdxArray {
    return this.elements(bytes, this.header(bytes) ?? this.endsInHeader(bytes.length));
  }

  /** An `INVALID_FILE` error. */
  invalid(what: string, got: string, expected: string, hint: string, cause?: unknown): CenoteError {
    return new CenoteError({ code: 'INVALID_FILE', op: this.#op, what: this.#name + what, got, expected, hint, cause });
  }

  /** Fails because the file ends before its header does. */
  endsInHeader(length: number): never {
    throw this.#truncated(length, 'at least 4 bytes and 4 for each axis');
  }

  #truncated(length: number, expected: string): CenoteError {
    return this.invalid(
      `file ends at byte ${length}`,
      `${length} bytes`,
      expected,
      'Get the file again: it is truncated',
    );
  }

  /**
   * Reads the header.
   *
   * @param bytes The file, or its start.
   * @returns The header, or null when `bytes` end before it does but are right so far.
   * @throws `INVALID_FILE` when the bytes cannot be the start of an IDX file within the limits.
   */
  header(bytes: Uint8Array): IdxHeader | null {
    for (let offset = 0; offset < Math.min(2, bytes.length); offset++) {
      if (bytes[offset] === 0) continue;
      throw this.invalid(`not an IDX file at byte ${offset}`, hex(bytes[offset]), '0x00', DAMAGED);
    }
    const type = ELEMENT_TYPES.find(({ code }) => code === bytes[2]);
    if (bytes.length > 2 && !type) {
      const known = ELEMENT_TYPES.map(({ code, name }) => `${hex(code)} (${name})`).join(', ');
      throw this.invalid('unknown element type at byte 2', hex(bytes[2]), `one of ${known}`, DAMAGED);
    }
    const rank = bytes[3];
    if (bytes.length > 3 && (rank === 0 || rank > MAX_RANK)) {
      throw this.invalid('number of axes out of range at byte 3', String(rank), `1 to ${MAX_RANK}`, DAMAGED);
    }
    const headerBytes = 4 + 4 * rank;
    if (!type || !(bytes.length >= headerBytes)) return null;

    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
    // Above 2^53 a product is rounded, but never to below the limit.
    const dataBytes = shape.reduce((product, size) => product * size, type.bytes);
    if (dataBytes > this.#maxBytes) {
      throw this.invalid(
        `sizes beyond the limit in bytes 4 to ${headerBytes - 1}`,
        `shape [${shape}], ${dataBytes} bytes`,
        `at most ${this.#maxBytes} bytes`,
        'Check that the file is what it should be; raise maxBytes if it is',
      );
    }
    return { type, shape, headerBytes, totalBytes: headerBytes + dataBytes };
  }

  /**
   * The elements of a whole file.
   *
   * @throws `INVALID_FILE` when the file is shorter or longer than its header says.
   */
  elements(bytes: Uint8Array, header: IdxHeader): IdxArray {
    const { shape, totalBytes } = header;
    const expected = `${totalBytes} bytes for shape [${shape}]`;
    if (bytes.length < totalBytes) throw this.#truncated(bytes.length, expected);
    if (bytes.length > totalBytes) {
      throw this.invalid(
        `bytes left over at byte ${totalBytes}`,
        `${bytes.length} bytes`,
        expected,
        'Pass one complete file and nothing else',
      );
    }
    return decode(bytes, header);
  }
}

function decode(bytes: Uint8Array, { type, shape, headerBytes, totalBytes }: IdxHeader): IdxArray {
  const start = bytes.byteOffset + headerBytes;
  const count = (totalBytes - headerBytes) / type.bytes;
  if (type.dtype === 'u8') return { dtype: 'u8', shape, data: new Uint8Array(bytes.buffer, start, count) };
  if (type.dtype === 'i8') return { dtype: 'i8', shape, data: new Int8Array(bytes.buffer, start, count) };
  const view = new DataView(bytes.buffer, start, totalBytes - headerBytes);
  if (type.dtype === 'i32') {
    const data = new Int32Array(count);
    if (type.bytes === 2) for (let index = 0; index < count; index++) data[index] = view.getInt16(2 * index);
    else for (let index = 0; index < count; index++) data[index] = view.getInt32(4 * index);
    return { dtype: 'i32', shape, data };
  }
  if (type.dtype === 'f32') {
    const data = new Float32Array(count);
    for (let index = 0; index < count; index++) data[index] = view.getFloat32(4 * index);
    return { dtype: 'f32', shape, data };
  }
  const data = new Float64Array(count);
  for (let index = 0; index < count; index++) data[index] = view.getFloat64(8 * index);
  return { dtype: 'f64', shape, data };
}

/**
 * Writes an IDX file, which {@link parseIdx} reads back.
 *
 * @param array Its shape has 1 to 8 axes of whole sizes, whose product is the number of elements.
 * @returns The bytes of the file, not compressed.
 * @throws `INVALID_ARGUMENT` when the shape is not such a shape.
 * @example
 * ```ts
 * const file = writeIdx({ dtype: 'u8', shape: [2, 3], data: new Uint8Array([1, 2, 3, 4, 5, 6]) });
 * ```
 */
export function writeIdx(array: IdxArray): Uint8Array<ArrayBuffer> {
  const { dtype, shape, data } = array;
  const type = ELEMENT_TYPES.find(
    (candidate) => candidate.dtype === dtype && candidate.bytes === data.BYTES_PER_ELEMENT,
  );
  const whole = shape.every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 32);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!type || !whole || shape.length < 1 || shape.length > MAX_RANK || count !== data.length) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'writeIdx',
      what: 'dtype, shape and data do not fit each other',
      got: `${dtype} of shape [${shape}] with ${data.length} elements of ${data.BYTES_PER_ELEMENT} bytes`,
      expected: `a typed array of that dtype with as many elements as its 1 to ${MAX_RANK} axes hold`,
      hint: 'Correct the shape or the data',
    });
  }
  const headerBytes = 4 + 4 * shape.length;
  const bytes = new Uint8Array(headerBytes + data.byteLength);
  const view = new DataView(bytes.buffer);
  bytes[2] = type.code;
  bytes[3] = shape.length;
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  if (type.bytes === 1) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), headerBytes);
  } else {
    for (let index = 0; index < count; index++) {
      const offset = headerBytes + index * type.bytes;
      if (dtype === 'i32') view.setInt32(offset, data[index]);
      else if (dtype === 'f32') view.setFloat32(offset, data[index]);
      else view.setFloat64(offset, data[index]);
    }
  }
  return bytes;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
