import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from './read-json.js';

/** One of the names under which a published package can be imported. */
export interface EntryPoint {
  /** The package: `@cenote/data`. */
  readonly package: string;
  /** What a program writes behind `from`: `@cenote/data/node`. */
  readonly specifier: string;
  /** Its source, from the root of the repository: `packages/data/src/node/index.ts`. */
  readonly source: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly '@cenote/source': string }>>;
}

/**
 * Every entry point of every published package, read from the `exports` of their manifests.
 *
 * @param root the folder of the repository
 */
export function entryPoints(root: string): readonly EntryPoint[] {
  return readdirSync(join(root, 'packages')).flatMap((folder) => {
    const manifest = readJson<Manifest>(join(root, 'packages', folder, 'package.json'));
    return Object.entries(manifest.exports).map(([path, conditions]) => ({
      package: manifest.name,
      specifier: manifest.name + path.slice(1),
      source: `packages/${folder}${conditions['@cenote/source'].slice(1)}`,
    }));
  });
}
