import { avgPool2d, maxPool2d, minPool2d, type Tensor, tensor } from 'cenote';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, type TestContext, test } from 'vitest';
import { type OpenOptions, useSite } from './site.js';

const site = useSite();

interface Playground {
  readonly page: Page;
  readonly root: Locator;
  readonly problems: readonly string[];
  violations(within?: string): Promise<readonly unknown[]>;
}

async function open(context: TestContext, query = '', options: OpenOptions = {}, prefix = ''): Promise<Playground> {
  const opened = await site.open(context, `${prefix}/chapter/window.html${query}`, options);
  return { ...opened, root: await opened.figure('pooling-playground') };
}

/** The figure draws what a reader did in the next frame. */
const frame = (root: Locator) => root.evaluate(() => new Promise(requestAnimationFrame));
const outputs = async (root: Locator) => {
  await frame(root);
  return (await root.getByRole('gridcell').allTextContents()).map((text) => text.trim());
};
const numbers = (y: Tensor) => Array.from(y.dataSync(), String);
const equation = async (root: Locator) => {
  await frame(root);
  return (await root.locator('.terms').textContent())?.trim();
};
const cell = (root: Locator, row: number, column: number) =>
  root.getByRole('textbox', { name: `Input, row ${row}, column ${column}`, exact: true });
const present = async (root: Locator) => {
  await frame(root);
  return root
    .locator('[role="gridcell"][aria-selected="true"]')
    .evaluate((element: HTMLElement) => [element.dataset.row, element.dataset.column]);
};

const ofTheBook = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
];

describe('the pooling playground', () => {
  test('begins with the first example of the chapter', async (context) => {
    const { root, problems } = await open(context);
    expect(await outputs(root)).toEqual(numbers(maxPool2d(tensor(ofTheBook), 2, { stride: 1 })));
    expect(await equation(root)).toBe('max(0, 1, 3, 4) = 4');
    expect(await root.locator('.title code').allTextContents()).toEqual([
      'Tensor<[1, 1, 3, 3]>',
      'Tensor<[1, 1, 2, 2]>',
    ]);
    expect(problems).toEqual([]);
  });

  test('pools what is typed into it', async (context) => {
    const { page, root, problems } = await open(context);
    await cell(root, 0, 0).click();
    await page.keyboard.type('-7.5');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('99');
    await root.getByRole('radio', { name: 'min' }).check();
    const edited = [[-7.5, 1, 2], [99, 4, 5], ofTheBook[2]];
    expect(await outputs(root)).toEqual(
      numbers(minPool2d(tensor(edited), 2, { stride: 1 })).map((text) => text.replace('-', '−')),
    );
    // What is no number yet is marked, and changes nothing.
    await cell(root, 0, 1).fill('1e');
    await frame(root);
    expect(await cell(root, 0, 1).getAttribute('aria-invalid')).toBe('true');
    await cell(root, 0, 1).fill('nan');
    expect(await outputs(root)).toEqual(['NaN', 'NaN', '4', '4']);
    expect(problems).toEqual([]);
  });

  test('follows its settings, and says the divisor of an average', async (context) => {
    const { page, root } = await open(context);
    await root.getByRole('radio', { name: 'average' }).check();
    await root.getByRole('button', { name: 'Padding +' }).click();
    await root.getByRole('spinbutton', { name: 'Stride' }).fill('2');
    await page.keyboard.press('Enter');
    const options = { stride: 2, padding: 1 };
    expect(await outputs(root)).toEqual(numbers(avgPool2d(tensor(ofTheBook), 2, options)));
    expect(await equation(root)).toBe('(0) / 4 = 0');
    await root.getByLabel('Count padding').uncheck();
    expect(await outputs(root)).toEqual(
      numbers(avgPool2d(tensor(ofTheBook), 2, { ...options, countIncludePad: false })),
    );
    expect(await root.locator('.rule dd').first().textContent()).toBe('⌊(3 + 1 + 1 − (1 · (2 − 1) + 1)) / 2⌋ + 1 = 2');
    expect(await root.locator('pre').textContent()).toContain('countIncludePad: false');
  });

  test('slides by buttons, keys, and pointers over either side', async (context) => {
    const { page, root } = await open(context);
    await root.getByRole('button', { name: 'Step' }).click();
    expect(await present(root)).toEqual(['0', '1']);
    expect(await equation(root)).toBe('max(1, 2, 4, 5) = 5');
    await root.getByRole('button', { name: 'Back' }).click();
    await root.getByRole('button', { name: 'Back' }).click();
    expect(await present(root)).toEqual(['1', '1']);
    await root.locator('[role="gridcell"][tabindex="0"]').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    expect(await present(root)).toEqual(['1', '0']);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-selected'))).toBe('true');
    await drag(page, root.getByRole('gridcell').nth(2), root.getByRole('gridcell').nth(1));
    expect(await present(root)).toEqual(['0', '1']);
    await drag(page, cell(root, 0, 2), cell(root, 2, 2));
    expect(await present(root)).toEqual(['1', '1']);
  });

  test('plays', async (context) => {
    const { root } = await open(context);
    await root.getByRole('button', { name: 'Play' }).click();
    await root.getByText('window 3 of 4').waitFor();
    await root.getByRole('button', { name: 'Pause' }).click();
    await frame(root);
    expect(await root.getByRole('button', { name: 'Play' }).count()).toBe(1);
  });

  test('is drawn on', async (context) => {
    const { page, root } = await open(context);
    await root.getByRole('radio', { name: 'draws' }).check();
    await drag(page, cell(root, 0, 0), cell(root, 0, 2));
    expect(await outputs(root)).toEqual(['9', '9', '7', '8']);
  });

  test('says what the library says when it refuses', async (context) => {
    const { root, problems } = await open(context);
    await root.getByRole('spinbutton', { name: 'Window' }).fill('5');
    await root.getByRole('spinbutton', { name: 'Window' }).press('Enter');
    const size: number = 3;
    expect(() => maxPool2d(tensor(ofTheBook).reshape([1, 1, size, size]), 5, { stride: 1 })).toThrow(
      (await root.getByRole('alert').textContent()) ?? '',
    );
    await root.getByRole('button', { name: 'Reset' }).click();
    expect(await outputs(root)).toEqual(['4', '5', '7', '8']);
    expect(problems).toEqual([]);
  });

  test('is in the address, and comes back from there', async (context) => {
    const { page, root } = await open(context);
    await root.getByRole('button', { name: 'Two channels' }).click();
    await root.getByRole('button', { name: 'Step' }).click();
    await page.waitForURL(/at=0x1/);
    const before = [await outputs(root), await equation(root)];
    expect(before[0]).toEqual(['5', '6', '8', '9']);
    await page.reload();
    await root.getByRole('grid').waitFor();
    expect([await outputs(root), await equation(root)]).toEqual(before);
    await root.getByRole('button', { name: 'The first example' }).click();
    await page.waitForFunction(() => location.search === '');
  });

  test('gives its code to the clipboard', async (context) => {
    const { page, root } = await open(context);
    await root.getByRole('button', { name: 'Copy' }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await root.locator('pre').textContent());
    expect(copied).toContain('const y = maxPool2d(x, 2, { stride: 1 });\n//    ^ Tensor<[1, 1, 2, 2]>');
  });

  test('computes the same on a host that cannot isolate pages', async (context) => {
    const { page, root, problems } = await open(context, '', { isolated: false });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    expect(await outputs(root)).toEqual(['4', '5', '7', '8']);
    expect(problems).toEqual([]);
  });

  test('is accessible in both themes, also when the library refuses', async (context) => {
    for (const theme of ['light', 'dark'] as const) {
      const { root, violations } = await open(context, '', { theme });
      await root.getByRole('radio', { name: 'average' }).check();
      expect(await violations('[data-figure]')).toEqual([]);
      await root.getByRole('button', { name: 'Too large' }).click();
      await root.getByRole('alert').waitFor();
      expect(await violations('[data-figure]')).toEqual([]);
    }
  });

  test('fits onto a phone, in Chinese too', async (context) => {
    for (const prefix of ['', '/zh']) {
      const query = '?pool=avg&padding=1&window=3&x=0_1_2_3_4_5_6*0_1_2_3_4_5_6';
      const { page, root, problems } = await open(context, query, { width: 390, height: 844 }, prefix);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      const small = await root
        .locator('button, input:not(.cell), .c-segmented label')
        .evaluateAll(
          (elements) =>
            elements
              .map((element) => (element.closest('.c-checkbox') ?? element).getBoundingClientRect())
              .filter(({ height }) => height < 32).length,
        );
      expect(small).toBe(0);
      expect(problems).toEqual([]);
    }
  });
});

/** Presses on one element, moves to another and lets go. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const center = async (target: Locator) => {
    const box = await target.boundingBox();
    if (box === null) throw new Error('There is nothing to drag.');
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  await from.scrollIntoViewIfNeeded();
  await page.mouse.move(...(await center(from)));
  await page.mouse.down();
  await page.mouse.move(...(await center(to)), { steps: 6 });
  await page.mouse.up();
  // The figure draws in the next frame.
  await page.evaluate(() => new Promise(requestAnimationFrame));
}
