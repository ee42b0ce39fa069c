import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { siteLink } from '../src/reference/repository-pages.js';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/** What VitePress knows of a page while it reads it. */
interface Environment {
  readonly relativePath: string;
  readonly frontmatter?: { readonly source?: string };
}

/**
 * Lets a page show a file of the repository: a page with `source: docs/add-an-op.md` in its front matter, and an include of
 * that file, has the file's links pointed at the site's pages. What is not on the site keeps its text, and the path as a
 * title. So each fact is written once, and reads right both here and in the repository.
 */
export function repositoryLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('repository-links', (state) => {
    const environment: unknown = state.env;
    const { frontmatter, relativePath } = environment as Environment;
    const source = frontmatter?.source;
    if (source === undefined) return;
    const page = posix.join('apps/docs/pages', posix.dirname(relativePath));
    for (const { children } of state.tokens) {
      pointLinks(children ?? [], source);
      for (const image of (children ?? []).filter(({ type }) => type === 'image')) {
        const file = posix.join(posix.dirname(source), image.attrGet('src') ?? '');
        image.attrSet('src', posix.relative(page, file));
      }
    }
  });
}

function pointLinks(tokens: readonly Token[], source: string): void {
  let leadsNowhere = false;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const target = siteLink(source, token.attrGet('href') ?? '');
      leadsNowhere = typeof target !== 'string';
      if (typeof target === 'string') token.attrSet('href', target);
      else replace(token, 'open', target.path);
    } else if (token.type === 'link_close' && leadsNowhere) {
      replace(token, 'close', '');
    }
  }
}

/** Makes a token of a link one of a plain stretch of text. */
function replace(token: Token, end: 'open' | 'close', path: string): void {
  token.type = `repository_path_${end}`;
  token.tag = 'span';
  if (end === 'open') {
    token.attrs = [
      ['class', 'repository-path'],
      ['title', path],
    ];
  }
}
