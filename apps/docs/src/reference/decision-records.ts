import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withSiteLinks } from './repository-pages.js';

/** A decision record of the repository, as a page. */
export interface DecisionRecord {
  /** The name of its page: `0002-one-default-device`. */
  readonly name: string;
  readonly title: string;
  /** Markdown, with links of the site. */
  readonly content: string;
}

/** The records in order, without the template. */
export function decisionRecords(
  folder = fileURLToPath(new URL('../../../../docs/decisions/', import.meta.url)),
): readonly DecisionRecord[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md') && !file.startsWith('0000'))
    .toSorted()
    .map((file) => {
      const content = withSiteLinks(`docs/decisions/${file}`, readFileSync(`${folder}/${file}`, 'utf8'));
      return { name: file.replace('.md', ''), title: /^# (.*)$/m.exec(content)?.[1] ?? file, content };
    });
}
