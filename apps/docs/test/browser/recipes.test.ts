import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { type Browser, findChromium, launchChromium } from '../../../../tooling/browser/chromium.js';
import { serve } from '../../../../tooling/browser/serve.js';
import { run } from '../../../../tooling/scripts/lib/run.mjs';
import { missing } from '../../../../tooling/vitest/missing.js';
import { requirePyTorch } from '../../../../tooling/vitest/pytorch.js';

// The recipes of the guide, as they stand there: their blocks are taken from the pages, and run.

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const guide = join(root, 'apps', 'docs', 'pages', 'guide');
const cache = join(root, 'apps', 'docs', '.cache');
mkdirSync(cache, { recursive: true });
// Inside the workspace, where programs find its packages by their names.
const folder = mkdtempSync(join(cache, 'recipes-'));

let browser: Browser | null = null;
beforeAll(async () => {
  const chromium = findChromium();
  if (chromium !== null) browser = await launchChromium(chromium);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The block of a page that has this name behind its language: ` ```html [index.html] `. */
function block(page: string, name: string): string {
  const text = readFileSync(join(guide, `${page}.md`), 'utf8');
  const start = text.indexOf(`[${name}]\n`);
  if (start === -1) throw new Error(`${page}.md has no block [${name}]`);
  const code = text.slice(start + name.length + 3);
  return code.slice(0, code.indexOf('\n```'));
}

/** Opens a page, and returns what its element `#app` says, or what it printed if that came first. */
async function said(context: TestContext, url: string): Promise<string> {
  if (browser === null) missing(context, 'Chromium (Debian: chromium)');
  const tab = await browser.newPage();
  const printed: string[] = [];
  // Of an icon that the little sites do not have, the browser complains, too.
  tab.on('console', (message) => {
    if (message.type() !== 'error') printed.push(message.text());
  });
  tab.on('pageerror', (error) => printed.push(String(error)));
  try {
    await tab.goto(url);
    const answer = async () => ((await tab.locator('#app').textContent()) ?? '') + printed.join('\n');
    await expect.poll(answer, { timeout: 10_000 }).not.toBe('');
    return await answer();
  } finally {
    await tab.close();
  }
}

async function saidFrom(
  context: TestContext,
  files: ReadonlyMap<string, string | Uint8Array>,
  path: string,
  isolated = false,
): Promise<string> {
  const server = await serve(files, { isolated });
  try {
    return await said(context, server.url + path);
  } finally {
    await server.close();
  }
}

async function bundled(entry: string): Promise<string> {
  const result = await bundle({
    stdin: { contents: entry, resolveDir: join(root, 'apps', 'docs'), loader: 'js' },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    logLevel: 'error',
  });
  return result.outputFiles[0].text;
}

const pooled = 'tensor([[4., 5.],\n        [7., 8.]])';

describe('script tag', () => {
  test('one file', async (context) => {
    const files = new Map([
      ['/one-file.html', block('script-tag', 'one-file.html')],
      ['/cenote.js', await bundled("export * from 'cenote'")],
    ]);
    expect(await saidFrom(context, files, '/one-file.html')).toBe(pooled);
  });

  test('packages as they are, and an import map', async (context) => {
    const files = new Map<string, string | Uint8Array>([['/import-map.html', block('script-tag', 'import-map.html')]]);
    for (const name of readdirSync(join(root, 'packages'))) {
      const dist = join(root, 'packages', name, 'dist');
      if (!existsSync(dist)) continue;
      for (const file of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
        files.set(`/packages/${name}/dist/${file}`, readFileSync(join(dist, file)));
      }
    }
    expect(await saidFrom(context, files, '/import-map.html')).toBe(pooled);
  });
});

describe('Vite', () => {
  /** Writes a project, builds it, and opens what `vite preview` serves. */
  async function built(context: TestContext, name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const project = join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, file)), { recursive: true });
      writeFileSync(join(project, file), text);
    }
    const configFile = join(project, 'vite.config.js');
    await build({ root: project, configFile, logLevel: 'error' });
    const server = await preview({ root: project, configFile, logLevel: 'error', preview: { port: 0 } });
    try {
      return await said(context, server.resolvedUrls?.local[0] ?? '');
    } finally {
      await server.close();
    }
  }

  const config = block('vite', 'vite.config.js');

  test('a page, with threads', async (context) => {
    const answer = await built(context, 'page', {
      'index.html': block('vite', 'index.html'),
      'src/main.ts': block('vite', 'src/main.ts'),
      'vite.config.js': config,
    });
    expect(answer).toBe(`${pooled}\non ${availableParallelism() > 1 ? 'several threads' : 'one thread'}`);
  });

  test('a worker', async (context) => {
    const answer = await built(context, 'worker', {
      'index.html': block('vite', 'index.html'),
      'src/main.ts': block('web-worker', 'main.js'),
      'src/worker.js': block('web-worker', 'worker.js'),
      'vite.config.js': config,
    });
    expect(answer).toBe('2 × 2: 5 7 13 15');
  });
});

describe('isolation', () => {
  test.for([
    { isolated: true, expected: /^\d+ threads$/ },
    { isolated: false, expected: /^one thread: this page is not isolated$/ },
  ])('asks for threads, and goes on: isolated $isolated', async ({ isolated, expected }, context) => {
    const files = new Map([
      ['/index.html', '<!doctype html><p id="app"></p><script type="module" src="/fallback.js"></script>'],
      ['/fallback.js', await bundled(block('isolation', 'fallback.js'))],
    ]);
    expect(await saidFrom(context, files, '/', isolated)).toMatch(expected);
  });

  test('the headers of _headers are those of the page', () => {
    const text = readFileSync(join(guide, 'isolation.md'), 'utf8');
    for (const header of ['Cross-Origin-Opener-Policy: same-origin', 'Cross-Origin-Embedder-Policy: require-corp']) {
      expect(block('isolation', '_headers')).toContain(`  ${header}`);
      expect(text).toContain(`add_header ${header.replace(':', '')} always;`);
      const [name, value] = header.split(': ');
      expect(block('isolation', 'express.js')).toContain(`'${name}': '${value}'`);
    }
  });
});

describe('the Python of the page for readers from PyTorch', () => {
  const text = readFileSync(join(guide, 'from-pytorch.md'), 'utf8');
  const programs = [...text.matchAll(/```python\n([\s\S]*?)\n```\n\n```text\n([\s\S]*?)\n```/g)];

  test('is there', () => {
    expect(programs).toHaveLength(2);
  });

  test.for(programs.map(([, code, prints], index) => ({ index, code, prints })))(
    'program $index prints what the page says',
    async ({ code, prints }, context) => {
      const python = await requirePyTorch(context);
      const { code: status, output } = await run(python, ['-c', code], { cwd: root });
      expect(output.trim()).toBe(prints);
      expect(status).toBe(0);
    },
  );
});
