import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleForBrowser } from '../../../tooling/browser/bundle.js';
import { type Browser, findChromium, launchChromium } from '../../../tooling/browser/chromium.js';
import { pageReport } from '../../../tooling/browser/page-report.js';
import { missing } from '../../../tooling/vitest/missing.js';
import type { PageReport } from './browser/conformance-page.js';

let browser: Browser | null = null;

/** A page that runs a program of this folder. */
async function pageOf(program: string): Promise<Map<string, string>> {
  const entry = fileURLToPath(new URL(`browser/${program}.ts`, import.meta.url));
  return new Map([
    ['/page.html', '<!doctype html><title>Cenote</title><script type="module" src="/program.js"></script>'],
    ['/program.js', await bundleForBrowser(entry)],
  ]);
}

beforeAll(async () => {
  const path = findChromium();
  if (path !== null) browser = await launchChromium(path);
}, 120_000);

afterAll(async () => {
  await browser?.close();
});

describe('in Chromium', () => {
  test('every kernel passes some of the conformance checks', { timeout: 300_000 }, async (context) => {
    if (browser === null) missing(context, 'Chromium (Debian: chromium)');
    const files = await pageOf('conformance-page');
    const { report, messages } = await pageReport<PageReport>(
      browser,
      files,
      { isolated: false },
      '/page.html',
      240_000,
    );
    expect({ ...report, messages }).toMatchObject({ failures: [], messages: [] });
    expect(report.error).toBeUndefined();
    expect(report.passed).toBeGreaterThan(200);
    expect(report.variants.length).toBeGreaterThan(150);
  });

  // Minutes, for what Node checks with the same compiler of shaders: only when asked for.
  const parts = process.env.CENOTE_EVERY_CASE === '1' ? 24 : 0;
  for (let part = 0; part < parts; part++) {
    test(`every case passes (part ${part})`, { timeout: 600_000 }, async (context) => {
      if (browser === null) missing(context, 'Chromium (Debian: chromium)');
      const files = await pageOf('conformance-page');
      const page = `/page.html?part=${part}&parts=${parts}`;
      const { report, messages } = await pageReport<PageReport>(browser, files, { isolated: false }, page, 580_000);
      expect({ ...report, messages }).toMatchObject({ failures: [], messages: [] });
      expect(report.error).toBeUndefined();
      expect(report.passed).toBeGreaterThan(100);
    });
  }
});
