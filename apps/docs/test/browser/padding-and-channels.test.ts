import { arange, concat, conv2d, maxPool2d, ones, type Tensor } from 'cenote';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useSite } from './site.js';

const site = useSite();

/** The numbers of the table with this caption or name. */
const table = async (root: Locator, name: string) =>
  (await root.getByRole('table', { name, exact: true }).locator('td').allTextContents()).map((text) => text.trim());
const numbers = (x: Tensor) => Array.from(x.dataSync(), String);
const status = async (root: Locator) => (await root.getByRole('status').textContent())?.trim();
const x: Tensor = arange(16).reshape([1, 4, 4]);

describe('padding and stride', () => {
  test("the chapter's examples, one after the other", async (context) => {
    const opened = await site.open(context, '/chapter/padding-and-stride.html');
    const root = await opened.figure('padding-and-stride');
    expect(await table(root, 'Output')).toEqual(numbers(maxPool2d(x, 3, { padding: 1, stride: 2 })));
    await root.getByRole('radio', { name: '3 × 3', exact: true }).check();
    await expect.poll(() => table(root, 'Output')).toEqual(['10']);
    expect(await root.locator('td.unseen').count()).toBe(7);
    await root.getByRole('radio', { name: '2 × 3, padding (0, 1)' }).check();
    const oblong = maxPool2d(x, [2, 3], { stride: [2, 3], padding: [0, 1] });
    await expect.poll(() => table(root, 'Output')).toEqual(numbers(oblong));
    expect(await root.getByText('⌊(4 + 1 + 1 − 3) / 3⌋ + 1 = 2').isVisible()).toBe(true);
    expect(opened.problems).toEqual([]);
  });

  test('an element of the output is picked by the keyboard and the mouse', async (context) => {
    const { page, figure } = await site.open(context, '/chapter/padding-and-stride.html');
    const root = await figure('padding-and-stride');
    await root.getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => status(root)).toMatch(/^Row 1, column 1: max\(5, 6, 7, 9, 10, 11, 13, 14, 15\) = 15/);
    await root.getByRole('application').locator('td').first().hover();
    await expect.poll(() => status(root)).toMatch(/^Row 0, column 0: max\(0, 1, 4, 5\) = 5/);
    expect((await root.locator('td.on').allTextContents()).join(' ').trim().split(/\s+/)).toEqual(['0', '1', '4', '5']);
  });

  test("what is typed and does not fit is answered in the library's words", async (context) => {
    const { page, figure, problems } = await site.open(context, '/chapter/padding-and-stride.html?padding-padding=0.0');
    const root = await figure('padding-and-stride');
    await root.getByRole('group', { name: 'Rows' }).getByRole('spinbutton', { name: 'Window' }).fill('5');
    await page.keyboard.press('Enter');
    const message = await root.getByRole('alert').textContent();
    expect(() => maxPool2d(x, [5, 3], { stride: 2 })).toThrow(message ?? '');
    await expect.poll(() => new URL(page.url()).searchParams.get('padding-window')).toBe('5.3');
    expect(problems).toEqual([]);
  });
});

describe('channels', () => {
  const both = concat([x, x.add(1)], 0);

  test('pooling keeps them apart', async (context) => {
    const { page, figure, problems } = await site.open(context, '/chapter/channels.html');
    const root = await figure('channels');
    const pooled = numbers(maxPool2d(both, 3, { padding: 1, stride: 2 }));
    expect(await table(root, 'Output 0')).toEqual(pooled.slice(0, 4));
    expect(await table(root, 'Output 1')).toEqual(pooled.slice(4));
    await root.getByRole('application', { name: /channel 1/ }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => status(root)).toBe('max(2, 3, 4, 6, 7, 8) = 8');
    expect(problems).toEqual([]);
  });

  test('a convolution adds them up', async (context) => {
    const { figure } = await site.open(context, '/chapter/channels.html');
    const root = await figure('channels');
    await root.getByRole('radio', { name: /convolution/ }).check();
    const sums = numbers(conv2d(both, ones([1, 2, 3, 3]), null, { padding: 1, stride: 2 }));
    await expect.poll(() => table(root, 'Output 0')).toEqual(sums);
    expect(await root.locator('.weights').textContent()).toBe('18');
    await root.getByRole('radio', { name: '4' }).check();
    await expect.poll(() => root.locator('.weights').textContent()).toBe('36');
  });
});
