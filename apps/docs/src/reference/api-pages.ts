import { firstSentence, type Locate } from './comment-text.js';
import { addressOf, type Entries, type Entry, type Export, packageAddress } from './entries.js';
import { entrySection, kindOf, signaturesOf } from './entry-page.js';
import type { EntryPoint } from './entry-points.js';
import { groupBy } from './group-by.js';
import { referenceTopics, type Topic } from './topics.js';

/** Pages by their path below the folder of pages. */
export type Pages = ReadonlyMap<string, string>;

/** The packages in the order of the sidebar. */
export const referencePackages: readonly string[] = [...new Set(referenceTopics.map((topic) => topic.package))];

/**
 * The pages of the API: one for each topic, one for each package with all that it exports, and one above them.
 *
 * @param descriptions of the packages, from their manifests
 * @param readmes of the packages, in Markdown for the site and without their titles
 */
export function apiPages(
  { entries, exports, locate }: Entries,
  entryPoints: readonly EntryPoint[],
  descriptions: ReadonlyMap<string, string>,
  readmes: ReadonlyMap<string, string>,
): Pages {
  const pages = new Map<string, string>();
  const specifiers = groupBy(exports, ({ entry }) => entry);
  const functions = new Map(
    exports.flatMap(({ specifier, name, entry }) =>
      specifier === 'cenote' && entry !== undefined ? [[name, entry.declaration] as const] : [],
    ),
  );
  const functionNamed = (name: string) => functions.get(name);
  for (const topic of referenceTopics) {
    const own = ordered(entries.filter((entry) => entry.topic === topic));
    if (own.length === 0) continue;
    const sections = own.map((entry) =>
      entrySection(entry, {
        locate,
        functionNamed,
        specifiers: (specifiers.get(entry) ?? []).map(({ specifier }) => specifier).toSorted(frontFirst),
      }),
    );
    pages.set(
      `reference/api/${topic.path}.md`,
      page(topic.title, `${topic.about}\n\n${summaryTable(own, locate)}\n\n${sections.join('\n\n')}`),
    );
  }
  for (const name of referencePackages) {
    const points = entryPoints.filter((point) => point.package === name);
    const lists = points.map(({ specifier }) =>
      exportList(
        specifier,
        exports.filter((item) => item.specifier === specifier),
        locate,
      ),
    );
    const title = `<code>${name}</code>`;
    pages.set(
      `reference/api/${name.replace('@cenote/', '')}/index.md`,
      page(name, `${readmes.get(name) ?? ''}\n\n${lists.join('\n\n')}`, title),
    );
  }
  pages.set('reference/api/index.md', page('API', overview(exports, descriptions), 'API', 'api-page api-overview'));
  return pages;
}

const frontFirst = (a: string, b: string) => Number(b === 'cenote') - Number(a === 'cenote') || a.localeCompare(b);

function page(title: string, content: string, heading = title, pageClass = 'api-page'): string {
  const frontMatter = [
    '---',
    `title: ${JSON.stringify(title)}`,
    'outline: [2, 2]',
    'editLink: false',
    `pageClass: ${pageClass}`,
    '---',
  ];
  return `${frontMatter.join('\n')}\n\n# ${heading} {#the-page}\n\n${content}\n`;
}

/** What is called before what is only named, and files in the order that the topic lists them. */
function ordered(entries: readonly Entry[]): Entry[] {
  const rank = (entry: Entry) =>
    ['function', 'class', 'namespace', 'constant', 'interface', 'type'].indexOf(kindOf(entry));
  const file = (entry: Entry) => {
    const source = entry.declaration.sources?.[0] ?? entry.declaration.signatures?.[0]?.sources?.[0];
    const path = source?.fileName.replace(/^packages\//, '') ?? '';
    const index = entry.topic.sources.findIndex((start) => path.startsWith(start));
    return `${String(index).padStart(3, '0')} ${path} ${String(source?.line ?? 0).padStart(5, '0')}`;
  };
  return entries.toSorted((a, b) => Math.min(rank(a), 4) - Math.min(rank(b), 4) || file(a).localeCompare(file(b)));
}

function summaryOf({ declaration }: Entry, locate: Locate): string {
  const comment = declaration.comment ?? signaturesOf(declaration).find((signature) => signature.comment)?.comment;
  return firstSentence(comment, locate);
}

/** Names with their first sentences; types that only go with functions are not worth a row. */
function summaryTable(entries: readonly Entry[], locate: Locate): string {
  const rows = entries.filter((entry) => !['interface', 'type'].includes(kindOf(entry)));
  const shown = rows.length === 0 ? entries : rows;
  return table(shown.map((entry) => [`[\`${entry.name}\`](${addressOf(entry)})`, summaryOf(entry, locate)]));
}

function table(rows: readonly (readonly string[])[]): string {
  return ['| | |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

/** Everything that can be imported under one name, by topic. */
function exportList(specifier: string, exports: readonly Export[], locate: Locate): string {
  const byTopic = groupBy(exports, ({ entry }) => entry?.topic);
  const whole = (byTopic.get(undefined) ?? []).map(({ name, address }) => `[\`${name}\`](${address})`);
  const parts = referenceTopics.flatMap((topic) => {
    const own = byTopic.get(topic) ?? [];
    return own.length === 0 ? [] : [topicList(topic, own, locate)];
  });
  return [
    `## <code>import { … } from '${specifier}'</code> {#import-${specifier.replace('@', '').replaceAll('/', '-')}}`,
    whole.length === 0 ? '' : `Whole packages: ${whole.join(', ')}.`,
    ...parts,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function topicList(topic: Topic, exports: readonly Export[], locate: Locate): string {
  const entries = ordered(exports.flatMap(({ entry }) => (entry === undefined ? [] : [entry])));
  const values = entries.filter((entry) => !['interface', 'type'].includes(kindOf(entry)));
  const types = entries.filter((entry) => ['interface', 'type'].includes(kindOf(entry)));
  const link = (entry: Entry) => `[\`${entry.name}\`](${addressOf(entry)})`;
  return [
    `### [${topic.title}](/reference/api/${topic.path})`,
    values.length === 0 ? '' : table(values.map((entry) => [link(entry), summaryOf(entry, locate)])),
    types.length === 0 ? '' : `Types: ${types.map(link).join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function overview(exports: readonly Export[], descriptions: ReadonlyMap<string, string>): string {
  const rows = referencePackages.map((name) => {
    const count = new Set(
      exports
        .filter(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`))
        .map((item) => item.name),
    ).size;
    return `| [\`${name}\`](${packageAddress(name)}) | ${descriptions.get(name) ?? ''} | ${count} |`;
  });
  return [
    'Made from the docstrings of the sources: every export of every published package. Signatures are shown as one would call',
    'them; what the compiler computes of shapes is under _The exact type_. Most programs need `cenote` only.',
    '',
    '| package | what it is | exports |',
    '| --- | --- | ---: |',
    ...rows,
  ].join('\n');
}
