import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleForBrowser } from '../../../tooling/browser/bundle.js';
import { type Browser, findChromium, launchChromium } from '../../../tooling/browser/chromium.js';
import { pageReport } from '../../../tooling/browser/page-report.js';
import type { PageHeaders } from '../../../tooling/browser/serve.js';
import { missing } from '../../../tooling/vitest/missing.js';
import type { PageReport } from './browser/conformance-page.js';

const page = '<!doctype html><title>Cenote</title><script type="module" src="/program.js"></script>';
// In a worker the caller may sleep while it waits for its threads.
const inWorker =
  '<!doctype html><title>Cenote</title><script type="module">' +
  "new Worker('/program.js' + location.search, { type: 'module' }).onmessage = ({ data }) => { window.report = data; };" +
  '</script>';

let browser: Browser | null = null;
const files = new Map([
  ['/page.html', page],
  ['/worker.html', inWorker],
]);

beforeAll(async () => {
  const path = findChromium();
  if (path === null) return;
  files.set(
    '/program.js',
    await bundleForBrowser(fileURLToPath(new URL('browser/conformance-page.ts', import.meta.url))),
  );
  browser = await launchChromium(path);
}, 120_000);

afterAll(async () => {
  await browser?.close();
});

const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:";

interface Setting {
  readonly name: string;
  readonly headers: PageHeaders;
  readonly path: string;
  readonly threads: number;
}

const settings: readonly Setting[] = [
  { name: 'a page', headers: { isolated: false }, path: '/page.html', threads: 1 },
  { name: 'an isolated page, with threads', headers: { isolated: true }, path: '/page.html', threads: 2 },
  { name: 'an isolated worker, with threads', headers: { isolated: true }, path: '/worker.html', threads: 2 },
  {
    name: 'a page with a strict content security policy',
    headers: { isolated: true, policy: strict },
    path: '/page.html',
    threads: 2,
  },
];

describe('in Chromium', () => {
  test.for(settings)(
    '$name passes the conformance checks',
    { timeout: 300_000 },
    async ({ headers, path, threads }, context) => {
      if (browser === null) missing(context, 'Chromium (Debian: chromium)');
      const { report: found, messages } = await pageReport<PageReport>(
        browser,
        files,
        headers,
        `${path}?threads=2`,
        240_000,
      );
      expect({ ...found, messages }).toMatchObject({ failures: [], threads, isolated: headers.isolated, messages: [] });
      expect(found.error).toBeUndefined();
      expect(found.passed).toBeGreaterThan(5000);
      // Every module ran: Chromium has all the instructions.
      expect(found.targets.filter((target) => target !== '')).toEqual(['relaxed', 'scalar', 'simd128']);
    },
  );
});
