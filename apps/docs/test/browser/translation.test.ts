import { avgPool2d, conv2d, maxPool2d, type Tensor, tensor } from 'cenote';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, type TestContext, test } from 'vitest';
import { change, halve, shifted, signals } from '../../src/figures/blur-pool/model.js';
import { imageOf } from '../../src/figures/shift/model.js';
import { formatCell, planeOf } from '../../src/plane.js';
import { type OpenOptions, useSite } from './site.js';

const site = useSite();

async function open(context: TestContext, name: string, query = '', options: OpenOptions = {}) {
  const opened = await site.open(context, `/chapter/translation.html${query}`, options);
  return { ...opened, root: await opened.figure(name) };
}

const status = async (root: Locator) => (await root.locator('.status').textContent())?.trim();
const drawn = async (root: Locator, name: string) =>
  (await root.getByRole('img', { name, exact: true }).locator('text').allTextContents()).map((text) => text.trim());
const asShown = (x: Tensor) => planeOf(x.squeeze(0)).flat().map(formatCell);
const edges = (image: readonly (readonly number[])[]): Tensor => conv2d(tensor([image]), tensor([[[[1, -1]]]]));

describe('the edge that moves', () => {
  test('by the keyboard: to the right pooling hides it, to the left it shows', async (context) => {
    const { page, root, problems } = await open(context, 'shift');
    await root.getByRole('slider', { name: /Move the picture/ }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => status(root)).toMatch(/^1 pixel to the right: 12 of 96 numbers .* none of 24 behind it\.$/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => status(root)).toMatch(/^1 pixel to the left: 12 of 96 numbers .* 6 of 24 behind it\.$/);
    expect(await drawn(root, 'Convolution with [1, −1]')).toEqual(asShown(edges(imageOf('edge', -1))));
    expect(await drawn(root, 'pooled')).toEqual(asShown(maxPool2d(edges(imageOf('edge', -1)), 2)));
    await expect.poll(() => new URL(page.url()).search).toBe('?shift-by=-1');
    expect(problems).toEqual([]);
  });

  test('by dragging it', async (context) => {
    const { page, root } = await open(context, 'shift');
    await drag(page, root.getByRole('img', { name: /drag it/ }), 3 / 17);
    await expect.poll(() => status(root)).toMatch(/^3 pixels to the right/);
  });

  test('by choosing a row of the diagram', async (context) => {
    const { root } = await open(context, 'shift');
    await root.locator('.row').nth(0).click();
    await expect.poll(() => status(root)).toMatch(/^4 pixels to the left/);
  });

  test('an address brings back what it showed, and the numbers are those of the library', async (context) => {
    const query = '?shift-by=2&shift-picture=band&shift-pooling=average&shift-window=3&shift-stride=1';
    const { root, problems } = await open(context, 'shift', query);
    expect(await drawn(root, 'pooled')).toEqual(asShown(avgPool2d(edges(imageOf('band', 2)), 3, { stride: 1 })));
    await root.getByRole('checkbox').check();
    const unsigned = avgPool2d(edges(imageOf('band', 2)).abs(), 3, { stride: 1 });
    await expect.poll(() => drawn(root, 'pooled')).toEqual(asShown(unsigned));
    expect(problems).toEqual([]);
  });
});

describe('ways to halve', () => {
  const amount = (root: Locator, method: string) =>
    root.locator(`.method[data-method="${method}"] output`).textContent();

  test('a signal that a reader draws', async (context) => {
    const { page, root, problems } = await open(context, 'blur-pool');
    expect(await amount(root, 'max')).toBe('100 %');
    expect(await amount(root, 'polyphase')).toBe('0 %');

    await root.getByRole('radio', { name: 'spike' }).check();
    await expect.poll(() => amount(root, 'max')).toBe('0 %');
    expect(await amount(root, 'blur')).toBe('45 %');

    // The signal has moved by one: what stands at 3 is element 2.
    await root.getByRole('slider', { name: 'Element 3' }).focus();
    for (let times = 0; times < 3; times++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    const own = signals.spike.with(2, 3).with(3, 1);
    for (const method of ['max', 'average', 'blur', 'polyphase'] as const) {
      const expected = change(halve(method, own), halve(method, shifted(own, 1)));
      await expect.poll(() => amount(root, method)).toBe(`${Math.round(100 * expected)} %`);
    }
    expect(await root.getByRole('radio', { name: 'your own' }).isChecked()).toBe(true);
    expect(problems).toEqual([]);
  });

  test('a signal that is drawn by dragging', async (context) => {
    const { page, root } = await open(context, 'blur-pool');
    const box = await root.locator('.editable').boundingBox();
    if (box === null) throw new Error('The signal has no place.');
    await page.mouse.move(box.x + 1, box.y + 1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + 1, { steps: 20 });
    await page.mouse.up();
    const values = root.locator('.bar');
    const heights = () => values.evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-valuenow')));
    await expect.poll(heights).toEqual(Array(16).fill('5'));
  });

  test('and how often a network decides the same, which the library measures in the page', async (context) => {
    const { root, problems } = await open(context, 'blur-pool');
    const shares = () => root.locator('.share output').allTextContents();
    await expect.poll(shares, { timeout: 20_000 }).toEqual(['66 %', '88 %', '99 %', '100 %']);
    await root.getByRole('button', { name: 'Other weights' }).click();
    await expect.poll(async () => (await shares()).at(-1), { timeout: 20_000 }).toBe('100 %');
    expect(problems).toEqual([]);
  });
});

/** Drags from the middle of an element to the right, by a part of its width. */
async function drag(page: Page, element: Locator, part: number): Promise<void> {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (box === null) throw new Error('The element has no place.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + box.width * part, y, { steps: 4 });
  await page.mouse.up();
}
