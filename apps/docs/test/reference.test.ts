import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { entryPoints } from '../src/reference/entry-points.js';
import { type GeneratedReference, generateReference } from '../src/reference/generate.js';
import { siteLink, withSiteLinks } from '../src/reference/repository-pages.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pages = join(root, 'apps', 'docs', 'pages');

describe('the API reference', () => {
  let generated: GeneratedReference;
  const anchors = new Map<string, ReadonlySet<string>>();

  beforeAll(async () => {
    generated = await generateReference(root);
    const folder = join(pages, 'reference', 'api');
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.md')) continue;
      const text = readFileSync(join(folder, name), 'utf8');
      const ids = [...text.matchAll(/^## .* \{#(.+)\}$/gm), ...text.matchAll(/<span id="([^"]+)">/g)].map(
        ([, id]) => id,
      );
      anchors.set(`/reference/api/${name.replace(/(index)?\.md$/, '')}`, new Set(ids));
    }
  }, 120_000);

  test('has an entry for every export of every package, as the compiler sees them', () => {
    const missing = compiledExports().filter(({ specifier, name }) => {
      const found = generated.exports.find((item) => item.specifier === specifier && item.name === name);
      if (found === undefined) return true;
      const [page, anchor] = found.address.split('#');
      const ids = anchors.get(page);
      return ids === undefined || (anchor !== undefined && !ids.has(anchor));
    });
    expect(missing).toEqual([]);
    expect(generated.exports.length).toBeGreaterThan(900);
  });

  test('has no docstring with a link that leads nowhere', () => {
    expect(generated.warnings).toEqual([]);
  });

  test('has only links with ends', () => {
    const dead: string[] = [];
    for (const page of anchors.keys()) {
      const file = join(pages, page.endsWith('/') ? `${page}index.md` : `${page}.md`);
      for (const [, address] of readFileSync(file, 'utf8').matchAll(/\]\((\/reference\/api\/[^)]*)\)/g)) {
        const [target, anchor] = address.split('#');
        const ids = anchors.get(target);
        if (ids === undefined || (anchor !== undefined && !ids.has(anchor))) dead.push(`${page} → ${address}`);
      }
    }
    expect(dead).toEqual([]);
  });

  test('begins with max pooling, with its options in place', () => {
    const page = readFileSync(join(pages, 'reference', 'api', 'cenote', 'pooling.md'), 'utf8');
    expect(/^## (\w+)/m.exec(page)?.[1]).toBe('maxPool1d');
    const [, section] = page.split('## maxPool2d {#maxPool2d}');
    expect(section).toContain('maxPool2d(x: Tensor, options: MaxPoolOptions & KernelSize): Tensor | PooledWithIndices');
    expect(section).toContain('`stride?: PerAxis<number>`: Distance between neighbouring windows.');
  });

  test('has no code that the tests of the documentation would take for programs', () => {
    for (const page of anchors.keys()) {
      const file = join(pages, page.endsWith('/') ? `${page}index.md` : `${page}.md`);
      expect(/^ *```ts\b/m.exec(readFileSync(file, 'utf8')), page).toBeNull();
    }
  });
});

/** What can be imported, by the compiler's own word, without what is marked as internal. */
function compiledExports(): { specifier: string; name: string }[] {
  const points = entryPoints(root);
  const files = points.map(({ source }) => join(root, source));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@cenote/source'],
    types: [],
    noEmit: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  return points.flatMap(({ specifier, source }) => {
    const file = program.getSourceFile(join(root, source));
    const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${source} is no module`);
    return checker
      .getExportsOfModule(module)
      .filter((symbol) => {
        const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        return !target.getJsDocTags(checker).some((tag) => tag.name === 'internal');
      })
      .map((symbol) => ({ specifier, name: symbol.name }));
  });
}

describe('links of files of the repository', () => {
  test.each([
    ['docs/add-an-op.md', '../packages/shape/README.md', '/reference/api/shape/'],
    [
      'docs/cpu-kernels.md',
      'decisions/0011-one-build-for-shared-memory.md',
      '/reference/decisions/0011-one-build-for-shared-memory',
    ],
    ['ARCHITECTURE.md', 'docs/shape-types.md#layers', '/reference/shape-types#layers'],
    ['packages/nn/README.md', '../../README.md', '/'],
    ['docs/add-an-op.md', 'https://onnx.ai', 'https://onnx.ai'],
    ['docs/add-an-op.md', '#layers', '#layers'],
  ])('%s: %s leads to %s', (source, href, target) => {
    expect(siteLink(source, href)).toBe(target);
  });

  test('what is not on the site keeps its name', () => {
    expect(siteLink('docs/add-an-op.md', '../packages/backend/src/op.ts')).toEqual({
      path: 'packages/backend/src/op.ts',
    });
    expect(withSiteLinks('docs/a.md', 'see [`op.ts`](../packages/backend/src/op.ts) and [this](add-an-op.md)')).toBe(
      'see `op.ts` and [this](/guide/add-an-op)',
    );
  });
});

describe('Chinese pages', () => {
  const guide = join(pages, 'zh', 'guide');
  test.each(readdirSync(guide))('%s includes code that is there', (name) => {
    const text = readFileSync(join(guide, name), 'utf8');
    for (const [, file, region] of text.matchAll(/<!--@include: (\S+\.md)#([\w-]+)-->/g)) {
      const source = readFileSync(join(guide, file), 'utf8');
      expect(source).toContain(`<!-- #region ${region} -->`);
      expect(source).toContain(`<!-- #endregion ${region} -->`);
    }
    // As much code as the English page.
    const english = readFileSync(join(pages, 'guide', name), 'utf8');
    const regions = (markdown: string, pattern: RegExp) => [...markdown.matchAll(pattern)].length;
    expect(regions(text, /#code-\d+-->/g)).toBe(regions(english, /#region code-\d+ -->/g));
  });
});
