import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from './adapters/adapter.js';

/**
 * The folder of an installed package, found as Node finds it. Asking Node itself is of no use: many packages do not
 * export their package.json.
 *
 * @throws Error when it is not installed.
 */
export function packageFolder(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${name} is not installed`);
    folder = parent;
  }
}

/** The folder of this app, from sources and from what is built of them. */
export function appFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error(`the package.json of ${name} has no version`);
}

/** What adapters find around them in Node. */
export const nodeSurroundings: Surroundings = {
  engine: process.version,
  version: packageVersion,
  files: (name) => join(packageFolder(name), 'dist', '/'),
};
