import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SiteConfig } from 'vitepress';
import { englishOf } from './english-of.js';

/**
 * The switch of languages leads from every page to the same page in the other one. Where there is none, it leads back to the
 * English page: in the site by its router (theme/index.ts), and from outside by these small pages.
 */
export function writeRedirects({ outDir, pages, site }: SiteConfig): void {
  for (const page of pages) {
    const chinese = `/zh/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')}`;
    const english = englishOf(chinese);
    if (english === undefined || page.startsWith('zh/')) continue;
    const address = site.base.replace(/\/$/, '') + english;
    const file = join(outDir, chinese.endsWith('/') ? `${chinese}index.html` : chinese);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Cenote</title><meta http-equiv="refresh" content="0; url=${address}"></head><body><h1>Cenote</h1><p>此页只有英文：<a href="${address}">${english}</a></p></body></html>\n`,
    );
  }
}
