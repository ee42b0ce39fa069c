import { readFileSync } from 'node:fs';

/**
 * The contents of a JSON file that the repository's own tools wrote, and whose form is therefore known.
 *
 * @param file its path
 */
export function readJson<T>(file: string): T {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return value as T;
}
