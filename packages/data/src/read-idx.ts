import { isCenoteError } from '@cenote/tensor';
import { gunzip, isGzip } from './gunzip.js';
import { type IdxArray, IdxFile, type IdxHeader, type IdxOptions } from './idx.js';

/** Deflate makes at most 1032 bytes of each byte (258 from two bits), so a header that promises more is lying. */
const DEFLATE_LIMIT = 1032;

/**
 * Reads an IDX file, plain or gzipped, as told by its first bytes.
 *
 * Decompression stops as soon as there is more than the header promised, so a small file cannot fill the memory.
 *
 * @param bytes The whole file.
 * @returns The array, as {@link parseIdx} returns it.
 * @throws `INVALID_FILE` as {@link parseIdx} does (offsets then count decompressed bytes), and for damaged gzip data.
 * @example
 * ```ts
 * const { shape } = await readIdx(writeIdx({ dtype: 'u8', shape: [3], data: new Uint8Array([3, 1, 4]) }));
 * ```
 */
export async function readIdx(bytes: Uint8Array, options: IdxOptions = {}): Promise<IdxArray> {
  const file = new IdxFile('readIdx', options);
  if (!isGzip(bytes)) return file.parse(bytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let header: IdxHeader | null = null;
  try {
    for await (const chunk of gunzip(bytes)) {
      chunks.push(chunk);
      length += chunk.length;
      if (!header) {
        header = file.header(joined(chunks, length));
        if (header) checkPromise(file, header, bytes.length);
      }
      if (header && length > header.totalBytes) break;
    }
  } catch (error) {
    if (isCenoteError(error)) throw error;
    throw file.invalid(
      `damaged gzip data after ${length} decompressed bytes`,
      error instanceof Error ? error.message : String(error),
      'a complete gzip file',
      'Get the file again: it is damaged or truncated',
      error,
    );
  }
  return file.elements(joined(chunks, length), header ?? file.endsInHeader(length));
}

function checkPromise(file: IdxFile, { shape, headerBytes, totalBytes }: IdxHeader, compressedBytes: number): void {
  const most = compressedBytes * DEFLATE_LIMIT;
  if (totalBytes <= most) return;
  throw file.invalid(
    `sizes that the file cannot hold in bytes 4 to ${headerBytes - 1}`,
    `shape [${shape}], ${totalBytes} bytes from ${compressedBytes} compressed ones`,
    `at most ${most} bytes`,
    'Get the file again: its header does not fit it',
  );
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
