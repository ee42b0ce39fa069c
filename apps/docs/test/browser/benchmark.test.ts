import { expect, test } from 'vitest';
import { useSite } from './site.js';

const site = useSite();

test('measures every row in the browser, and shows times or multiples of a copy', async (context) => {
  const { figure, page, problems, violations } = await site.open(context, '/benchmarks.html');
  const root = await figure('benchmark');
  await root.getByRole('button', { name: 'Measure in this browser' }).click();
  await root.getByText(/^Measured \d+ of \d+$/).waitFor();
  await root.getByText(/^Done\./).waitFor({ timeout: 60_000 });

  const rows = root.locator('table.bench-row');
  expect(await rows.count()).toBe(6);
  const values = await root.locator('td.value').allTextContents();
  expect(values.length).toBeGreaterThanOrEqual(18);
  // A wrong answer would say so in the place of its time.
  for (const value of values) expect(value.trim()).toMatch(/^\d[\d.]* (ns|µs|ms|s)$/);

  await root.getByRole('radio', { name: '× copy' }).check();
  const copies = await root.locator('tr[data-contender="copy"] td.value').allTextContents();
  for (const copy of copies) expect(copy.trim()).toBe('1.00 ×');

  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  expect(await violations('.figure-benchmark')).toEqual([]);
  expect(problems).toEqual([]);
});

test('stops when it is told to, by keyboard as well, and says so in Chinese', async (context) => {
  const { figure, page, problems } = await site.open(context, '/zh/benchmarks.html', { isolated: false });
  const root = await figure('benchmark');
  await root.getByRole('button', { name: '在此浏览器中测量' }).focus();
  await page.keyboard.press('Enter');
  await root.getByRole('button', { name: '取消' }).focus();
  await page.keyboard.press('Enter');
  await root.getByText('已取消。').waitFor();
  expect(await root.getByRole('button', { name: '重新测量' }).isEnabled()).toBe(true);
  expect(problems).toEqual([]);
});
