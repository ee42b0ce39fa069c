import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A folder of its own for one test, deleted when the test ends.
 *
 * @param files contents by path; what is not a string is written as JSON
 * @returns the folder's absolute path
 */
export function fixture(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cenote-fixture-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}
