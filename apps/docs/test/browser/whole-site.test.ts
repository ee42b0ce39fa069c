import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { useSite } from './site.js';

const site = useSite();

/** One page of each kind; figures have tests of their own. */
const kinds = [
  '/',
  '/chapter/',
  '/zh/guide/from-pytorch.html',
  '/reference/cpu-kernels.html',
  '/reference/api/nn/losses.html',
  '/benchmarks.html',
];

describe('each kind of page', () => {
  test.for(kinds)('%s is accessible in both themes, quiet, and fits a narrow screen', async (path, context) => {
    const { page, problems, violations } = await site.open(context, path);
    expect(await violations()).toEqual([]);
    await page.evaluate(() => document.documentElement.classList.add('dark'));
    expect(await violations()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });
});

describe('without script', () => {
  test.for([
    ['/chapter/window.html', 'h1'],
    ['/guide/from-pytorch.html', 'td >> text=torch.manual_seed'],
    ['/benchmarks.html', '.cenote-figure-words >> text=It needs script'],
    ['/benchmarks.html', '.bench-bars >> nth=0'],
    ['/reference/api/cenote/pooling.html', '#maxPool2d'],
    ['/zh/guide/node.html', 'text=需要 Node 20'],
  ] as const)('%s can be read: %s', async ([path, selector], context) => {
    const { page } = await site.open(context, path, { script: false });
    expect(await page.locator(selector).first().isVisible()).toBe(true);
  });
});

describe('the script that a first visit loads', () => {
  /**
   * Bytes, compressed; a budget, so that what is added is noticed. In November 2026: 64 kB on a page of text, and 195 kB on
   * the one whose figure is in sight at once, the library with it.
   */
  const budget = 200_000;

  test.for(['/', '/chapter/window.html', '/reference/api/cenote/pooling.html'])('%s', async (path, context) => {
    const { page, scriptFiles } = await site.open(context, path);
    await page.waitForLoadState('networkidle');
    const sizes = (await scriptFiles()).map((file) => gzipSync(file).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`${path}: ${(total / 1000).toFixed(1)} kB of script`);
    expect(total, `${path} has ${(total / 1000).toFixed(1)} kB of script`).toBeLessThan(budget);
    expect(total).toBeGreaterThan(10_000);
  });
});
