import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { benchmarkResults } from '../benchmarks/benchmark-page.js';
import { apiPages, type Pages } from './api-pages.js';
import { convert } from './convert.js';
import { decisionPages } from './decision-records.js';
import { collectEntries, type Export } from './entries.js';
import { entryPoints } from './entry-points.js';
import { readJson } from './read-json.js';
import { withSiteLinks } from './repository-pages.js';

/** What a generation says of itself, for tests and the next run. */
export interface GeneratedReference {
  /** Of all that the pages were made from. */
  readonly hash: string;
  /** What TypeDoc warned of: links in docstrings that lead nowhere. */
  readonly warnings: readonly string[];
  readonly exports: readonly Pick<Export, 'specifier' | 'name' | 'address'>[];
}

/** Where pages are written, from the folder of the site: git does not know these folders. */
const generatedFolders = ['pages/reference/api', 'pages/reference/decisions'];

const benchmarksFolder = '.cache/benchmarks';

/**
 * Writes the pages of the API reference and of the decision records, unless those that are there were made from the same sources.
 *
 * @param root the folder of the repository
 */
export async function generateReference(root: string): Promise<GeneratedReference> {
  const site = join(root, 'apps', 'docs');
  const stamp = join(site, 'pages', 'reference', 'api', 'reference.json');
  const hash = hashOfSources(root);
  if (existsSync(stamp) && existsSync(join(site, benchmarksFolder))) {
    const last = readJson<GeneratedReference>(stamp);
    if (last.hash === hash) return last;
  }
  const points = entryPoints(root);
  const { project, warnings } = await convert(root, points);
  const entries = collectEntries(project, points);
  const pages: Pages = new Map([
    ...apiPages(entries, points, descriptions(root), readmes(root)),
    ...decisionPages(root),
  ]);
  for (const folder of generatedFolders) rmSync(join(site, folder), { recursive: true, force: true });
  for (const [path, text] of pages) {
    const file = join(site, 'pages', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // Not pages: the pages of benchmarks include them.
  mkdirSync(join(site, benchmarksFolder), { recursive: true });
  for (const locale of ['en', 'zh'] as const) {
    writeFileSync(join(site, benchmarksFolder, `${locale}.md`), benchmarkResults(root, locale));
  }
  const exports = entries.exports.map(({ specifier, name, address }) => ({ specifier, name, address }));
  const generated: GeneratedReference = { hash, warnings, exports };
  // Last: a run that is cut off is not taken for a finished one.
  writeFileSync(stamp, JSON.stringify(generated));
  return generated;
}

function descriptions(root: string): ReadonlyMap<string, string> {
  return new Map(manifests(root).map(({ name, description }) => [name, description]));
}

/** The READMEs of the packages. Their code is run where they are, so it is not marked to be run here. */
function readmes(root: string): ReadonlyMap<string, string> {
  return new Map(
    manifests(root).map(({ name, folder }) => {
      const source = `packages/${folder}/README.md`;
      const text = readFileSync(join(root, source), 'utf8')
        .replace(/^# .*\n/, '')
        .replace(/^```ts\b.*$/gm, '```typescript');
      return [name, withSiteLinks(source, text)];
    }),
  );
}

function manifests(root: string): { readonly folder: string; readonly name: string; readonly description: string }[] {
  return readdirSync(join(root, 'packages')).map((folder) => {
    const manifest = readJson<{ name: string; description: string }>(join(root, 'packages', folder, 'package.json'));
    return { folder, name: manifest.name, description: manifest.description };
  });
}

function hashOfSources(root: string): string {
  const hash = createHash('sha256');
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  const files = [
    ...packages.flatMap((folder) => [
      join(folder, 'package.json'),
      join(folder, 'README.md'),
      ...sourcesIn(join(folder, 'src')),
    ]),
    ...['reference', 'benchmarks'].flatMap((name) => sourcesIn(join(root, 'apps', 'docs', 'src', name))),
    join(root, 'apps', 'docs', 'src', 'figures', 'benchmark', 'measure.ts'),
    ...['README.md', 'snapshot.json'].map((name) => join(root, 'apps', 'bench', 'results', name)),
    ...readdirSync(join(root, 'docs', 'decisions')).map((name) => join(root, 'docs', 'decisions', name)),
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
