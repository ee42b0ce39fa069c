import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, type TestContext } from 'vitest';
import { type Browser, findChromium, launchChromium } from '../../../../tooling/browser/chromium.js';
import { type LocalServer, serve } from '../../../../tooling/browser/serve.js';
import { missing } from '../../../../tooling/vitest/missing.js';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const axeSource = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

/** How a page is to be opened. */
export interface OpenOptions {
  readonly theme?: 'light' | 'dark';
  /** Pixels; 1280 × 900 when left out. */
  readonly width?: number;
  readonly height?: number;
  /** Whether script runs; it does. */
  readonly script?: boolean;
  /** Whether the page is cross-origin isolated; it is. */
  readonly isolated?: boolean;
}

/** A rule of accessibility that a page breaks, and where. */
export interface Violation {
  readonly rule: string;
  readonly impact: string;
  readonly targets: readonly string[];
}

/** A page that is open in a context of its own. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings on the console, exceptions, and requests that failed. A test expects none at its end. */
  readonly problems: readonly string[];
  /**
   * The root of a figure, once it is live: scrolled to, loaded and drawn.
   *
   * @param name as in the registry
   */
  figure(name: string): Promise<ReturnType<Page['locator']>>;
  /** The files of script that the page has loaded for itself until now. */
  scriptFiles(): Promise<readonly Uint8Array[]>;
  /**
   * What axe finds that is serious or critical.
   *
   * @param within a selector; the whole page when left out
   */
  violations(within?: string): Promise<readonly Violation[]>;
}

/** The built site, served to a Chromium. */
export interface Site {
  /**
   * Opens a page; it closes when the test ends. Skips the test where there is no Chromium.
   *
   * @param path such as `/chapter/window.html?window=3`
   */
  open(context: TestContext, path: string, options?: OpenOptions): Promise<OpenPage>;
}

/**
 * Serves the built site for the tests of this file, and starts one Chromium for them.
 *
 * @example
 * ```ts no-run
 * import { expect, test } from 'vitest';
 * import { useSite } from './site.js';
 *
 * const site = useSite();
 *
 * test('the window slides', async (context) => {
 *   const { figure, problems } = await site.open(context, '/chapter/window.html');
 *   const root = await figure('pooling-playground');
 *   await root.getByRole('button', { name: 'Step' }).click();
 *   expect(problems).toEqual([]);
 * });
 * ```
 */
export function useSite(): Site {
  const servers = new Map<boolean, LocalServer>();
  let files: ReadonlyMap<string, Uint8Array> = new Map();
  let browser: Browser | null = null;

  beforeAll(async () => {
    const chromium = findChromium();
    if (chromium === null) return;
    if (!existsSync(join(dist, 'index.html'))) throw new Error('The site is not built. Run `npm run build`.');
    files = builtFiles();
    browser = await launchChromium(chromium);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    for (const server of servers.values()) await server.close();
  });

  return {
    async open(context, path, { theme = 'light', width = 1280, height = 900, script = true, isolated = true } = {}) {
      if (browser === null) missing(context, 'Chromium (Debian: chromium)');
      let server = servers.get(isolated);
      if (server === undefined) {
        server = await serve(files, { isolated });
        servers.set(isolated, server);
      }
      const tab = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        javaScriptEnabled: script,
        // Tests look at what is, not at what moves.
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      context.onTestFinished(() => tab.close());
      tab.setDefaultTimeout(10_000);
      const page = await tab.newPage();
      const problems = watch(page);
      await page.goto(server.url + path);
      // The site's framework leaves its application here once it has taken the page over.
      if (script) await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
      return {
        page,
        problems,
        async figure(name) {
          const figure = page.locator(`[data-figure="${name}"]`);
          await figure.evaluate((element) => element.scrollIntoView());
          await page.locator(`[data-figure="${name}"][data-state="live"]`).waitFor();
          return figure.locator('.cenote-figure-root');
        },
        async scriptFiles() {
          const addresses = await page.evaluate(() => {
            // What is fetched in advance, for other pages, has no part in this one.
            const ahead = [...document.querySelectorAll<HTMLLinkElement>('link[rel=prefetch]')].map(({ href }) => href);
            const names = performance.getEntriesByType('resource').map(({ name }) => name);
            return [...new Set(names)].filter((name) => !ahead.includes(name));
          });
          return addresses.flatMap((address) => {
            const { pathname } = new URL(address);
            const file = files.get(pathname);
            return pathname.endsWith('.js') && file !== undefined ? [file] : [];
          });
        },
        violations: (within) => axe(page, within),
      };
    },
  };
}

function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  return problems;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly target: readonly unknown[] }[];
  }[];
}

async function axe(page: Page, within: string | undefined): Promise<readonly Violation[]> {
  await page.addScriptTag({ path: axeSource });
  const { violations } = await page.evaluate((selector) => {
    const scope = globalThis as unknown as { axe: { run(root: Document | string): Promise<AxeResult> } };
    return scope.axe.run(selector ?? document);
  }, within);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({
      rule: id,
      impact: String(impact),
      targets: nodes.map(({ target }) => target.map(String).join(' ')),
    }));
}

/** The built files by path. */
function builtFiles(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = join(dist, name);
    if (!statSync(file).isFile()) continue;
    files.set(`/${name.replaceAll('\\', '/')}`, readFileSync(file));
  }
  return files;
}
