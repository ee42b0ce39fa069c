import { CenoteError } from '@cenote/tensor';

/** Bytes that can be read in parts: a file, an object in a store, a URL that is asked for ranges. */
export interface ByteSource {
  /** How many bytes there are. */
  readonly byteLength: number;
  /** What messages call it: its path or address. */
  readonly name?: string;
  /** The bytes from `start` up to, but not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** What is needed of a `Blob` or a browser's `File`. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Where a safetensors file can come from. */
export type Source = Uint8Array | ArrayBuffer | BlobLike | ByteSource;

/** Any source as one that is read in parts. Bytes in memory are not copied. */
export function byteSource(source: Source): ByteSource {
  if (ArrayBuffer.isView(source)) {
    return { byteLength: source.byteLength, read: async (start, end) => source.subarray(start, end) };
  }
  if (source instanceof ArrayBuffer) return byteSource(new Uint8Array(source));
  if ('read' in source) return source;
  return {
    byteLength: source.size,
    read: async (start, end) => new Uint8Array(await source.slice(start, end).arrayBuffer()),
  };
}

/** Exactly the bytes that were asked for. @throws CenoteError `INVALID_FILE` when the source gives fewer or more. */
export async function readRange(op: string, source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.read(start, end);
  if (bytes.byteLength === end - start) return bytes;
  throw invalidFile(
    op,
    source,
    'a part of the file cannot be read',
    `${bytes.byteLength} bytes from ${start} on`,
    `${end - start}`,
    'Check that nobody changes the file, and that the source reads what it is asked for',
  );
}

/** An error about the contents of a file. */
export function invalidFile(
  op: string,
  source: ByteSource,
  what: string,
  got: string,
  expected: string,
  hint = 'Get the file again: it is damaged, or no safetensors file',
  cause?: unknown,
): CenoteError {
  const where = source.name === undefined ? what : `${what}, in ${source.name}`;
  return new CenoteError({ code: 'INVALID_FILE', op, what: where, got, expected, hint, cause });
}
