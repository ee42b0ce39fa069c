import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CenoteError } from '@cenote/tensor';

/** A published file, known by its length and checksum. */
export interface RemoteFile {
  readonly name: string;
  readonly byteLength: number;
  /** Of the file as published, that is compressed; lower-case hexadecimal. */
  readonly sha256: string;
}

/** How far a download has come. */
export interface DownloadProgress {
  /** The name of the file. */
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/** How files are downloaded. */
export interface DownloadOptions {
  /**
   * The folder in which files are kept; `$XDG_CACHE_HOME/cenote/<data set>` or `~/.cache/cenote/<data set>` unless
   * given. Made when it does not exist.
   */
  readonly cache?: string;
  /** Downloads in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** A URL that the file names are appended to, in place of the well-known ones. The files must be the published ones. */
  readonly mirror?: string;
  /** Stops the download; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called as bytes arrive; not called for files that the cache has. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Where files come from and go to. */
interface Transfer extends DownloadOptions {
  /** The function that the user called. */
  readonly op: string;
  readonly cache: string;
  /** URLs that end in a slash, tried in order. */
  readonly mirrors: readonly string[];
}

/**
 * The bytes of a published file: from the cache when it is there unharmed, else downloaded and put there. They always
 * have the published checksum. A file appears in the cache whole or not at all.
 *
 * @throws `DOWNLOAD_FAILED` when no mirror has the file with that checksum, or the cache cannot be written; the reason of
 * `signal` when it is aborted.
 */
export async function verifiedFile(file: RemoteFile, transfer: Transfer): Promise<Uint8Array> {
  const { op, cache, mirrors, signal } = transfer;
  signal?.throwIfAborted();
  const path = join(cache, file.name);
  const cached = await readFile(path).catch(() => undefined);
  if (cached && mismatch(file, cached) === null) return cached;
  await mkdir(cache, { recursive: true }).catch((error) => failToWrite(op, cache, error));

  const failures: string[] = [];
  let cause: unknown;
  for (const mirror of mirrors) {
    const url = mirror + file.name;
    try {
      const bytes = await download(url, file, transfer);
      const difference = mismatch(file, bytes);
      if (difference === null) {
        await writeWhole(path, bytes).catch((error) => failToWrite(op, cache, error));
        return bytes;
      }
      failures.push(`${difference} from ${url}`);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof CenoteError) throw error;
      failures.push(`${reason(error)} from ${url}`);
      cause = error;
    }
  }
  throw new CenoteError({
    code: 'DOWNLOAD_FAILED',
    op,
    what: `cannot download ${file.name}`,
    got: failures.join('; '),
    expected: `${file.byteLength} bytes with SHA-256 ${file.sha256}`,
    hint: `Check the connection, pass another mirror, or put the published file into ${cache}`,
    cause,
  });
}

/** Receives at most the bytes that the file should have, and one piece more. */
async function download(url: string, file: RemoteFile, transfer: Transfer): Promise<Uint8Array> {
  const { fetch = globalThis.fetch, signal, onProgress } = transfer;
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let receivedBytes = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    signal?.throwIfAborted();
    chunks.push(chunk);
    receivedBytes += chunk.length;
    if (receivedBytes > file.byteLength) break;
    onProgress?.({ file: file.name, receivedBytes, totalBytes: file.byteLength });
  }
  return Buffer.concat(chunks);
}

/** What is wrong with the bytes, or null. */
function mismatch(file: RemoteFile, bytes: Uint8Array): string | null {
  if (bytes.length > file.byteLength) return `more than ${file.byteLength} bytes`;
  if (bytes.length < file.byteLength) return `${bytes.length} bytes`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return sha256 === file.sha256 ? null : `SHA-256 ${sha256}`;
}

/** Writes beside the place and renames, so that a reader never sees a part of the file. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function failToWrite(op: string, cache: string, error: unknown): never {
  throw new CenoteError({
    code: 'DOWNLOAD_FAILED',
    op,
    what: `cannot write to ${cache}`,
    got: reason(error),
    expected: 'a folder that can be written',
    hint: 'Pass another folder as cache',
    cause: error,
  });
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The global fetch says only "fetch failed"; the reason is in its cause.
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
