import { accessSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CenoteError } from 'cenote';
import { z } from 'zod';
import { type Result, resultSchema } from './result.js';
import { usageError } from './usage-error.js';

/**
 * Writes a file as a whole or not at all: to a neighbour first, which then takes its place.
 *
 * @throws `INVALID_FILE` when the file system does not let us.
 */
export function writeWholeFile(path: string, content: string): void {
  const neighbour = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(neighbour, content);
    renameSync(neighbour, path);
  } catch (error) {
    rmSync(neighbour, { force: true });
    throw fileError(`${path} cannot be written`, error, 'a file in a folder with room for it', 'Give another path');
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

/** Reads a page. @throws `INVALID_FILE` when it is not there. */
export function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(`${path} cannot be read`, error, 'a page in Markdown', 'Give another path');
  }
}

/**
 * Reads the JSON of an earlier run.
 *
 * @throws `INVALID_FILE` when it is not there, or is something else.
 */
export function readResult(path: string): Result {
  const expected = 'the JSON file of a run of the bench';
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw fileError(`${path} cannot be read`, error, expected, 'Make one with --json');
  }
  const { data, error } = resultSchema.safeParse(content);
  if (data !== undefined) return data;
  const problem = z.prettifyError(error).split('\n').slice(0, 2).join(' ');
  throw fileError(`${path} is no result of this version of the bench`, problem, expected, 'Make a new one with --json');
}

function fileError(what: string, cause: unknown, expected: string, hint: string): CenoteError {
  return new CenoteError({ code: 'INVALID_FILE', op: 'bench', what, got: reason(cause), expected, hint, cause });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
