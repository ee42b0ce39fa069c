import { mkdir, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Module } from '@cenote/nn';
import { CenoteError, isCenoteError } from '@cenote/shape';
import { type ExportOnnxOptions, exportOnnx, type OnnxExport } from '../export/export-onnx.js';
import { type ImportOnnxOptions, importOnnx } from '../import/import-onnx.js';
import type { OnnxModel } from '../import/onnx-model.js';
import { type TritonOptions, tritonRepository } from '../triton.js';

/**
 * `importOnnx` of a file on disk. Weights in other files are read from its folder, and from nowhere else: links that lead out
 * of it are refused.
 *
 * @throws CenoteError As `importOnnx`; `INVALID_FILE` when a file cannot be read.
 *
 * @example
 * ```ts
 * const model = await importOnnxFile('lenet.onnx');
 * ```
 */
export async function importOnnxFile(
  path: string,
  options: Omit<ImportOnnxOptions, 'externalData'> = {},
): Promise<OnnxModel> {
  const op = 'importOnnxFile';
  const bytes = await onDisk(op, path, () => readFile(path));
  const externalData = (location: string, offset: number, length: number) =>
    onDisk(op, join(dirname(path), location), () => readBeside(path, location, offset, length));
  return importOnnx(bytes, { ...options, externalData });
}

async function readBeside(model: string, location: string, offset: number, length: number): Promise<Uint8Array> {
  const folder = await realpath(dirname(resolve(model)));
  const path = await realpath(join(folder, location));
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw fileError('importOnnxFile', location, 'a link out of the folder of the model', 'a file in that folder');
  }
  const handle = await open(path, 'r');
  try {
    const stats = await handle.stat();
    // Before memory is asked for.
    if (!stats.isFile() || offset + length > stats.size) {
      throw fileError('importOnnxFile', path, `${stats.size} bytes`, `a file with at least ${offset + length}`);
    }
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw fileError('importOnnxFile', path, `${filled} bytes`, `${length}`);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/**
 * `exportOnnx` into a file, and into another one beside it when `externalData` names it. Files are there as a whole or not at
 * all; the model comes last.
 *
 * @throws CenoteError As `exportOnnx`; `INVALID_FILE` when a file cannot be written.
 *
 * @example
 * ```ts
 * await exportOnnxFile('lenet.onnx', model, { inputShape: [null, 1, 28, 28] });
 * ```
 */
export async function exportOnnxFile(
  path: string,
  model: Module,
  options: ExportOnnxOptions = {},
): Promise<OnnxExport> {
  const exported = await exportOnnx(model, options);
  const { externalData, bytes } = exported;
  if (externalData) await writeWhole('exportOnnxFile', join(dirname(path), externalData.location), externalData.bytes);
  await writeWhole('exportOnnxFile', path, bytes);
  return exported;
}

/**
 * Writes what `tritonRepository` gives into a folder, which is the model repository that Triton is started with. Other models in
 * it stay.
 *
 * @returns The paths of the files.
 * @throws CenoteError As `tritonRepository`; `INVALID_FILE` when a file cannot be written.
 *
 * @example
 * ```ts
 * await writeTritonRepository('models', await exportOnnx(model, { inputShape: [null, 1, 28, 28] }), { name: 'lenet5' });
 * ```
 */
export async function writeTritonRepository(
  folder: string,
  exported: OnnxExport,
  options: TritonOptions,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const [name, contents] of Object.entries(tritonRepository(exported, options))) {
    const path = join(folder, name);
    await onDisk('writeTritonRepository', path, () => mkdir(dirname(path), { recursive: true }));
    await writeWhole('writeTritonRepository', path, contents);
    paths.push(path);
  }
  return paths;
}

async function writeWhole(op: string, path: string, contents: Uint8Array | string): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  await onDisk(op, path, async () => {
    try {
      await writeFile(partial, contents);
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  });
}

/** Runs `body`, and has what the file system says read as an error of ours. */
async function onDisk<T>(op: string, path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (isCenoteError(error)) throw error;
    throw fileError(op, path, error instanceof Error ? error.message : String(error), 'a path that can be used', error);
  }
}

function fileError(op: string, path: string, got: string, expected: string, cause?: unknown): CenoteError {
  return new CenoteError({
    code: 'INVALID_FILE',
    op,
    what: `${path} cannot be read or written`,
    got,
    expected,
    hint: 'Check the path and its permissions',
    cause,
  });
}
