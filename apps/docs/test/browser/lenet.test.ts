import { readFileSync } from 'node:fs';
import { saveSafetensors } from '@cenote/safetensors';
import { fromData, generator, nn, noGrad, scope, softmax, type Tensor } from 'cenote';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, type TestContext, test } from 'vitest';
import { digitPicture, type Picture, shifted } from '../../src/figures/lenet/digit-picture.js';
import { samplePicture } from '../../src/figures/lenet/samples.js';
import type { PenPoint } from '../../src/figures/lenet/strokes.js';
import { type Variant, variants } from '../../src/figures/lenet/variants.js';
import { readWeights } from '../../src/figures/lenet/weights-file.js';
import { type OpenOptions, type OpenPage, useSite } from './site.js';

const site = useSite();

interface Opened extends OpenPage {
  readonly root: Locator;
}

async function open(context: TestContext, path = '/chapter/lenet.html', options: OpenOptions = {}): Promise<Opened> {
  const opened = await site.open(context, path, options);
  const root = await opened.figure('lenet');
  // The weights are there.
  await expect.poll(() => root.locator('.network:not(:has(.bars))').count(), { timeout: 15_000 }).toBe(0);
  return { ...opened, root };
}

/** A network with the weights that the site ships, or others. */
async function network(variant: Variant, bytes?: Uint8Array): Promise<nn.Sequential> {
  const model: nn.Sequential = nn.lenet5({ variant });
  using weights = await readWeights(
    bytes ?? readFileSync(new URL(`../../src/figures/lenet/weights/${variant}.safetensors`, import.meta.url)),
  );
  model.loadStateDict(weights.state);
  return model;
}

const input = (picture: Picture) =>
  fromData(
    Float32Array.from(picture, (pixel) => pixel / 255),
    [1, 1, 28, 28],
  );

/** The percentages that a network of the library has for a picture, as the figure writes them. */
function percentages(model: nn.Module, picture: Picture): readonly string[] {
  const probabilities = scope(() => noGrad(() => softmax(model.forward(input(picture)), 1)));
  const shares = Float32Array.from(probabilities.dataSync(), Number);
  return Array.from(shares, (share, digit) => `${digit}: ${(100 * share).toFixed(1)} %`);
}

/** What the figure says, by variant in the order in which they stand. */
const shown = async (root: Locator, column: number) =>
  (await root.locator('.bars').nth(column).locator('.unseen').allTextContents()).map((text) => text.trim());

/** Draws with the mouse; points are shares of the paper. @returns where the pen was, on paper of 28 by 28 */
async function draw(page: Page, root: Locator, points: readonly (readonly [number, number])[]): Promise<PenPoint[]> {
  const paper = root.locator('[data-canvas="paper"]');
  const [left, top, inner, border] = await paper.evaluate((canvas: HTMLCanvasElement) => {
    const box = canvas.getBoundingClientRect();
    return [box.left, box.top, canvas.clientWidth, canvas.clientLeft];
  });
  // Whole pixels, which events tell exactly.
  const places = points.map(([x, y]) => [Math.round(left + x * inner), Math.round(top + y * inner)] as const);
  for (const [index, place] of places.entries()) {
    await page.mouse.move(...place);
    if (index === 0) await page.mouse.down();
  }
  await page.mouse.up();
  return places.map(([x, y]) => ({ x: ((x - left - border) * 28) / inner, y: ((y - top - border) * 28) / inner }));
}

/** A seven, in steps as small as a hand's. */
const seven: readonly (readonly [number, number])[] = [
  ...Array.from({ length: 12 }, (_, step) => [0.25 + step * 0.04, 0.2] as const),
  ...Array.from({ length: 16 }, (_, step) => [0.7 - step * 0.018, 0.22 + step * 0.04] as const),
];

const settled = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

describe('drawing', () => {
  test('a digit shows what the library computes for its pixels, in every layer; it is undone and cleared, and fast', async (context) => {
    const { page, root, problems } = await open(context);
    const points = await draw(page, root, seven);
    await settled(page);
    const picture = digitPicture([points], true);
    for (const [column, variant] of variants.entries()) {
      using model = await network(variant);
      expect(await shown(root, column)).toEqual(percentages(model, picture));
      expect(await root.locator('.network').nth(column).locator('.answer').textContent()).toMatch(/^Reads 7, /);

      // A cell of each stage, by pointing at it.
      let stage: Tensor = input(picture);
      for (const [name, first, end] of [
        ['conv1', 0, 2],
        ['pool1', 2, 3],
        ['conv2', 3, 5],
        ['pool2', 5, 6],
      ] as const) {
        for (const layer of model.layers.slice(first, end)) stage = noGrad(() => layer.forward(stage));
        const [, , height, width] = stage.shape;
        const canvas = root.locator(`canvas[data-variant="${variant}"][data-stage="${name}"][data-channel="3"]`);
        const box = await canvas.boundingBox();
        const [row, column] = [2, 3];
        await page.mouse.move(
          (box?.x ?? 0) + ((column + 0.5) / width) * (box?.width ?? 0),
          (box?.y ?? 0) + ((row + 0.5) / height) * (box?.height ?? 0),
        );
        await settled(page);
        const value = stage.dataSync()[(3 * height + row) * width + column];
        expect(await root.locator('.readout').textContent()).toContain(
          `map 4, row 3, column 4: ${Number(value).toFixed(4)}.`,
        );
      }
    }
    // What the last one sees: 16 by 16 pixels, 4 for every cell.
    expect(await root.locator('.readout').textContent()).toContain(
      'It sees rows 7–22 and columns 11–26 of the picture.',
    );

    // Take back, and clear.
    const blank = percentages(await network('modern'), new Uint8Array(784));
    await draw(page, root, [
      [0.3, 0.5],
      [0.6, 0.5],
    ]);
    await root.getByRole('button', { name: 'Undo' }).click();
    await settled(page);
    expect(await root.locator('.network').first().locator('.answer').textContent()).toMatch(/^Reads 7, /);
    await root.getByRole('button', { name: 'Clear' }).click();
    await settled(page);
    expect(await shown(root, 0)).toEqual(blank);
    // A touch draws, and does not scroll.
    expect(await root.locator('[data-canvas="paper"]').evaluate((paper) => getComputedStyle(paper).touchAction)).toBe(
      'none',
    );

    // Within a frame or two.
    await page.evaluate(() => performance.clearMeasures());
    await draw(page, root, [...seven, ...seven.toReversed(), ...seven]);
    await settled(page);
    const latencies = await page.evaluate(() =>
      performance.getEntriesByName('lenet:latency').map((each) => each.duration),
    );
    const sorted = latencies.toSorted((a, b) => a - b);
    const text = await root.locator('.time').textContent();
    console.log(
      `LeNet figure: ${sorted.length} updates, from the pointer's event to all maps drawn ${sorted[sorted.length >> 1].toFixed(1)} ms (median), ${sorted.at(-1)?.toFixed(1)} ms at most; ${text}`,
    );
    // Times are reported, and not tested.
    expect(sorted.length).toBeGreaterThan(0);
    expect(text).toMatch(/^computed and drawn in \d+\.\d ms$/);
    expect(problems).toEqual([]);
  });

  test('off the middle is seen as it is when it is not fitted', async (context) => {
    const { page, root } = await open(context, '/chapter/lenet.html?lenet-fit=no&lenet-show=d2l');
    expect(await root.locator('.network').count()).toBe(1);
    const points = await draw(
      page,
      root,
      seven.map(([x, y]) => [x / 2, y / 2] as const),
    );
    await settled(page);
    expect(await shown(root, 0)).toEqual(percentages(await network('d2l'), digitPicture([points], false)));
    await root.getByRole('checkbox', { name: 'Centre and size as in training' }).check();
    await settled(page);
    expect(await shown(root, 0)).toEqual(percentages(await network('d2l'), digitPicture([points], true)));
    await page.waitForFunction(() => !location.search.includes('fit'));
    expect(page.url()).toContain('lenet-show=d2l');
  });
});

describe('the keyboard', () => {
  test('takes samples, moves them, and walks over the cells', async (context) => {
    const { page, root, violations, problems } = await open(context);
    const model = await network('modern');
    await root.getByRole('button', { name: 'Sample digit 5' }).focus();
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await shown(root, 0)).toEqual(percentages(model, samplePicture(5, 0)));
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await shown(root, 0)).toEqual(percentages(model, samplePicture(5, 1)));

    await root.getByRole('group', { name: /Arrow keys move it by a pixel/ }).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key);
    await settled(page);
    expect(await root.getByText('moved 2 right, 1 up').count()).toBe(1);
    const moved = shifted(samplePicture(5, 1), 2, -1);
    expect(await shown(root, 0)).toEqual(percentages(model, moved));

    await root.getByRole('group', { name: /^Pooling 2, ReLU/ }).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    await settled(page);
    expect(await root.locator('.readout').textContent()).toMatch(/Pooling 2 \(ReLU \+ max\), map 1, row 2, column 2: /);
    expect(await violations('[data-figure="lenet"]')).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('weights', () => {
  test('of the command line are loaded from a file, and given back; what does not fit is refused', async (context) => {
    const { page, root, problems } = await open(context);
    const model: nn.Sequential = nn.lenet5({ variant: 'd2l', generator: generator(5) });
    const bytes = await saveSafetensors(model.stateDict(), { metadata: { format: 'pt', model: 'd2l' } });
    const picker = root.getByLabel('Load weights … ReLU + max');
    await picker.setInputFiles({
      name: 'mine.safetensors',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    });
    // The file says that it is of the other network.
    await root.locator('.network').nth(1).getByText('mine.safetensors').waitFor();
    await settled(page);
    expect(await shown(root, 1)).toEqual(percentages(model, samplePicture(3, 0)));
    expect(await shown(root, 0)).toEqual(percentages(await network('modern'), samplePicture(3, 0)));
    await root.getByRole('button', { name: 'Back to this site’s' }).click();
    await root.locator('.network').nth(1).getByText('from this site').waitFor();
    await settled(page);
    expect(await shown(root, 1)).toEqual(percentages(await network('d2l'), samplePicture(3, 0)));

    // What does not fit is refused in the words of the library, and nothing changes.
    const before = await shown(root, 0);
    const other = await saveSafetensors(nn.sequential(nn.linear(3, 2)).stateDict());
    const alert = root.getByRole('alert');
    await picker.setInputFiles({ name: 'other.safetensors', mimeType: '', buffer: Buffer.from(other) });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(
      /^loadStateDict: the keys are not those of the model\. Got missing: '3\.weight'/,
    );
    await picker.setInputFiles({ name: 'cut.safetensors', mimeType: '', buffer: Buffer.from(other).subarray(0, 40) });
    await page.waitForFunction(() =>
      document.querySelector('[role=alert]')?.textContent?.startsWith('openSafetensors: '),
    );
    expect(await shown(root, 0)).toEqual(before);
    expect(problems).toEqual([]);
  });

  test('can be dropped on the figure', async (context) => {
    const { page, root } = await open(context, '/chapter/lenet.html?lenet-show=modern');
    const model: nn.Sequential = nn.lenet5({ variant: 'modern', generator: generator(6) });
    const bytes = await saveSafetensors(model.stateDict());
    const transfer = await page.evaluateHandle(
      (values) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(values)], 'dropped.safetensors'));
        return data;
      },
      [...bytes],
    );
    const figure = root.locator('.figure-lenet');
    await figure.dispatchEvent('dragenter', { dataTransfer: transfer });
    await root.getByText('Drop a safetensors file here').waitFor();
    await figure.dispatchEvent('drop', { dataTransfer: transfer });
    await root.getByText('dropped.safetensors').waitFor();
    await settled(page);
    expect(await shown(root, 0)).toEqual(percentages(model, samplePicture(3, 0)));
  });
});

test('the figure is there in Chinese, on a phone, in the dark', async (context) => {
  const options = { width: 390, height: 844, theme: 'dark' } as const;
  const { page, root, violations, problems } = await open(context, '/zh/chapter/lenet.html', options);
  await root.getByRole('button', { name: '示例数字 8' }).click();
  await settled(page);
  expect(await root.locator('.network').first().locator('.answer').textContent()).toMatch(/^认作 8，\d+\.\d%$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  const small = await root
    .locator('button:visible, .file')
    .evaluateAll(
      (elements) =>
        elements
          .map((element) => element.getBoundingClientRect())
          .filter(({ width, height }) => Math.min(width, height) < 32).length,
    );
  expect(small).toBe(0);
  expect(await violations('[data-figure="lenet"]')).toEqual([]);
  expect(problems).toEqual([]);
});
