import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { CenoteError, isCenoteError, type Tensor } from '@cenote/tensor';
import { type OpenSafetensorsOptions, openSafetensors, SafetensorsFile } from '../read.js';
import { bytesOf, plan, type SaveSafetensorsOptions } from '../write.js';

/** A {@link SafetensorsFile} on disk, which stays open until it is closed. */
export class OpenedSafetensorsFile extends SafetensorsFile {
  readonly #handle: FileHandle;

  /** @internal */
  constructor(handle: FileHandle, ...contents: ConstructorParameters<typeof SafetensorsFile>) {
    super(...contents);
    this.#handle = handle;
  }

  /** Closes the file; tensors that were read stay. May be called twice. */
  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** `await using file = …` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Opens a safetensors file on disk as {@link openSafetensors} does. Each tensor is read when it is asked for.
 *
 * @throws CenoteError As {@link openSafetensors}; `INVALID_FILE` when the file cannot be read, too.
 *
 * @example
 * ```ts
 * const file = await openSafetensorsFile('lenet.safetensors');
 * model.loadStateDict(await file.stateDict());
 * await file.close();
 * ```
 */
export async function openSafetensorsFile(
  path: string,
  options: OpenSafetensorsOptions = {},
): Promise<OpenedSafetensorsFile> {
  const handle = await onDisk('openSafetensorsFile', path, 'a file that can be read', () => open(path, 'r'));
  try {
    const { size } = await handle.stat();
    const source = { byteLength: size, name: path, read: (start: number, end: number) => readAt(handle, start, end) };
    const { metadata, entries } = await openSafetensors(source, options);
    return new OpenedSafetensorsFile(handle, source, metadata, entries);
  } catch (error) {
    await handle.close();
    if (isCenoteError(error)) throw error;
    throw fileError('openSafetensorsFile', path, 'a file that can be read', error);
  }
}

/** What the file has of these bytes. */
async function readAt(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Writes a safetensors file as `saveSafetensors` does, one tensor after the other, so that only one at a time is in memory
 * twice. The file is there as a whole or not at all.
 *
 * @throws CenoteError As `saveSafetensors`; `INVALID_FILE` when the file cannot be written.
 *
 * @example
 * ```ts
 * await saveSafetensorsFile('lenet.safetensors', model.stateDict());
 * ```
 */
export async function saveSafetensorsFile(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: SaveSafetensorsOptions = {},
): Promise<void> {
  const op = 'saveSafetensorsFile';
  const { header, tensors: inOrder } = plan(op, tensors, options);
  const partial = `${path}.${process.pid}.part`;
  await onDisk(op, path, 'a place that can be written to', async () => {
    try {
      const handle = await open(partial, 'w');
      try {
        await handle.writeFile(header);
        for (const tensor of inOrder) await handle.writeFile(await bytesOf(tensor));
      } finally {
        await handle.close();
      }
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  });
}

/** Runs `body`, and has what the file system says read as an error of ours. */
async function onDisk<T>(op: string, path: string, expected: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw isCenoteError(error) ? error : fileError(op, path, expected, error);
  }
}

function fileError(op: string, path: string, expected: string, cause: unknown): CenoteError {
  return new CenoteError({
    code: 'INVALID_FILE',
    op,
    what: `${path} cannot be read or written`,
    got: cause instanceof Error ? cause.message : String(cause),
    expected,
    hint: 'Check the path and its permissions',
    cause,
  });
}
