import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { siteLink } from '../src/reference/repository-pages.js';

/**
 * Lets a page show a file of the repository: a page with `source: docs/add-an-op.md` in its front matter, and an include of
 * that file, has the file's links pointed at the site's pages. What is not on the site keeps its text, and the path as a
 * title. So each fact is written once, and reads right both here and in the repository.
 */
export function repositoryLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('repository-links', (state) => {
    const source: unknown = state.env.frontmatter?.source;
    if (typeof source !== 'string') return;
    for (const block of state.tokens) {
      const left: boolean[] = [];
      for (const token of block.children ?? []) {
        if (token.type === 'image') {
          const src = token.attrGet('src') ?? '';
          const page = posix.join('apps/docs/pages', posix.dirname(state.env.relativePath));
          if (src.startsWith('images/')) token.attrSet('src', posix.relative(page, posix.join(posix.dirname(source), src)));
        }
        if (token.type === 'link_open') {
          const target = siteLink(source, token.attrGet('href') ?? '');
          left.push(typeof target !== 'string');
          if (typeof target === 'string') {
            token.attrSet('href', target);
          } else {
            token.tag = 'span';
            token.type = 'repository_path_open';
            token.attrs = [
              ['class', 'repository-path'],
              ['title', target.path],
            ];
          }
        }
        if (token.type === 'link_close' && left.pop()) {
          token.tag = 'span';
          token.type = 'repository_path_close';
        }
      }
    }
  });
}
