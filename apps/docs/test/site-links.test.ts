import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

interface BuiltPage {
  readonly html: string;
  readonly ids: ReadonlySet<string>;
}

/** The built pages by their address: `/guide/node.html`. */
const pages: ReadonlyMap<string, BuiltPage> = new Map(
  (existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.html'))
    .map((name): [string, BuiltPage] => {
      const html = readFileSync(join(dist, name), 'utf8');
      return [`/${name}`, { html, ids: new Set([...html.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => decode(id))) }];
    }),
);

/** Whether a link of a page has an end. */
function leadsSomewhere(from: string, href: string): boolean {
  if (/^[a-z]+:/i.test(href)) return true;
  const [path, fragment = ''] = href.split('#');
  const file = path === '' ? from : posix.resolve(posix.dirname(from), path);
  const whole = path.endsWith('/') ? posix.join(file, 'index.html') : file;
  const page = pages.get(whole) ?? pages.get(`${whole}.html`);
  if (page === undefined) return existsSync(join(dist, whole));
  return fragment === '' || page.ids.has(decodeURIComponent(fragment));
}

function decode(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}

describe('the built site', () => {
  test('is there', () => {
    expect(pages.size, 'Run `npm run build`.').toBeGreaterThan(80);
  });

  test('has no link that leads nowhere, to the page or the place in it', () => {
    const dead = new Set<string>();
    for (const [address, { html }] of pages) {
      for (const [, href] of html.matchAll(/<a\b[^>]*?\bhref="([^"]*)"/g)) {
        if (!leadsSomewhere(address, decode(href))) dead.add(`${address} → ${href}`);
      }
    }
    expect([...dead]).toEqual([]);
  });

  test('has every page of the guide, the chapter and the benchmarks in both languages', () => {
    const english = [...pages.keys()].filter((page) => /^\/(chapter|guide)\/|^\/benchmarks/.test(page));
    // The files that the repository itself is explained in are in English.
    const untranslated = ['add-an-op', 'bigger-than-one-machine', 'contributing'].map((name) => `/guide/${name}.html`);
    // Where there is none, a small page leads back to the English one.
    const translated = (page: string) => pages.get(`/zh${page}`)?.html.includes('http-equiv="refresh"') === false;
    expect(english.filter((page) => !translated(page)).toSorted()).toEqual(untranslated.toSorted());
  });

  test('gives every page a title and one first heading', () => {
    const wrong = [...pages].filter(([address, { html }]) => {
      if (address === '/404.html') return false;
      const headings = html.match(/<h1\b/g)?.length ?? 0;
      return headings !== 1 || !/<title>[^<]+<\/title>/.test(html);
    });
    expect(wrong.map(([address]) => address)).toEqual([]);
  });
});
