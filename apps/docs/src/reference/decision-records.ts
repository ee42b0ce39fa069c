import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSiteLinks } from './repository-pages.js';

const folder = 'docs/decisions';

/**
 * The decision records of the repository as pages, and a list of them.
 *
 * @param root the folder of the repository
 */
export function decisionPages(root: string): ReadonlyMap<string, string> {
  const records = readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md') && !file.startsWith('0000'))
    .toSorted()
    .map((file) => {
      const source = `${folder}/${file}`;
      const content = withSiteLinks(source, readFileSync(join(root, source), 'utf8'));
      return { file, content, title: /^# (.*)$/m.exec(content)?.[1] ?? file };
    });
  const list = records.map(({ file, title }) => `- [${title}](/reference/decisions/${file.replace('.md', '')})`);
  const index = [
    '# Decisions',
    'What was decided, one page each, with what speaks for it and what follows.',
    list.join('\n'),
  ];
  return new Map([
    ['reference/decisions/index.md', `${index.join('\n\n')}\n`],
    ...records.map(({ file, content }) => [`reference/decisions/${file}`, content] as const),
  ]);
}
