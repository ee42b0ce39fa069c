import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CenoteError } from 'cenote';
import { usageError } from './usage-error.js';

/**
 * Writes a file as a whole or not at all: to a neighbour first, which then takes its place. It is synchronous, so that
 * no signal handler runs in between.
 *
 * @throws `INVALID_FILE` when the file system does not let us; then no neighbour is left behind.
 */
export function writeWholeFile(path: string, content: string | Uint8Array): void {
  const neighbour = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(neighbour, content);
    renameSync(neighbour, path);
  } catch (error) {
    rmSync(neighbour, { force: true });
    throw new CenoteError({
      code: 'INVALID_FILE',
      op: 'lenet',
      what: `${path} cannot be written`,
      got: reason(error),
      expected: 'a file in a folder with room for it',
      hint: 'Give another path',
      cause: error,
    });
  }
}

/**
 * Finds out before a long run that a file could not be written after it.
 *
 * @param flag The option that names the file.
 * @throws `INVALID_ARGUMENT` when its folder does not exist or is not ours to write to, or when it is a folder itself.
 */
export function assertWritable(flag: string, path: string): void {
  const expected = 'a file in a folder that exists and can be written to';
  const hint = `Make the folder, or give ${flag} another path`;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw usageError(`${flag} names a folder`, path, expected, hint);
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw usageError(`${flag} cannot be written`, reason(error), expected, hint, error);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
