import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiPages, type Pages } from './api-pages.js';
import { convert } from './convert.js';
import { collectEntries, type Export } from './entries.js';
import { entryPoints } from './entry-points.js';

/** What a generation says of itself, for tests and the next run. */
export interface GeneratedReference {
  /** Of all that the pages were made from. */
  readonly hash: string;
  /** What TypeDoc warned of: links in docstrings that lead nowhere. */
  readonly warnings: readonly string[];
  readonly exports: readonly Pick<Export, 'specifier' | 'name' | 'address'>[];
}

/** Where the pages of the API are written, from the folder of the site: git does not know it. */
export const generatedFolder = 'pages/reference/api';

/**
 * Writes the pages of the API reference, unless those that are there were made from the same sources.
 *
 * @param root the folder of the repository
 */
export async function generateReference(root: string): Promise<GeneratedReference> {
  const site = join(root, 'apps', 'docs');
  const folder = join(site, generatedFolder);
  const stamp = join(folder, 'reference.json');
  const hash = hashOfSources(root);
  if (existsSync(stamp)) {
    const last: GeneratedReference = JSON.parse(readFileSync(stamp, 'utf8'));
    if (last.hash === hash) return last;
  }
  const points = entryPoints(root);
  const { project, warnings } = await convert(root, points);
  const entries = collectEntries(project, points);
  const pages: Pages = apiPages(entries, points, descriptions(root));
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of pages) {
    const file = join(site, 'pages', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const exports = entries.exports.map(({ specifier, name, address }) => ({ specifier, name, address }));
  const generated: GeneratedReference = { hash, warnings, exports };
  // Last: a run that is cut off is not taken for a finished one.
  writeFileSync(stamp, JSON.stringify(generated));
  return generated;
}

function descriptions(root: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(join(root, 'packages')).map((folder) => {
      const { name, description }: { name: string; description: string } = JSON.parse(
        readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
      );
      return [name, description];
    }),
  );
}

function hashOfSources(root: string): string {
  const hash = createHash('sha256');
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  const files = [
    ...packages.flatMap((folder) => [join(folder, 'package.json'), ...sourcesIn(join(folder, 'src'))]),
    ...sourcesIn(join(root, 'apps', 'docs', 'src', 'reference')),
  ];
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .toSorted()
    .map((name) => join(folder, name));
}
