import { nn, shape } from 'cenote';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type Layer, networkText } from '../../src/figures/receptive-field/model.js';
import { useSite } from './site.js';

const site = useSite();
const page = '/chapter/receptive-field.html';

const rows = async (root: Locator) => {
  const texts = await root
    .locator('.layers tbody tr:has(th)')
    .evaluateAll((lines) =>
      lines.map((line) => Array.from(line.querySelectorAll('td'), (cell) => cell.textContent?.trim() ?? '')),
    );
  return texts.slice(1).map((cells) => cells.map((text) => Number(text.replace('−', '-'))));
};
const status = async (root: Locator) =>
  (await root.getByRole('status').textContent())?.trim().replaceAll('\u00a0', ' ');

describe('receptive fields', () => {
  test("the table of LeNet is the library's", async (context) => {
    const opened = await site.open(context, page);
    const root = await opened.figure('receptive-field');
    const layers = nn.lenet5({ generator: undefined });
    const known = nn
      .summarize(layers, [1, 1, 28, 28])
      .rows.filter(({ kind, jump }) => /conv|Pool/.test(kind) && jump !== null)
      .map(({ outputShape, receptiveField, jump }) => [
        outputShape[3],
        receptiveField?.[1].size,
        jump?.[1],
        receptiveField?.[1].start,
      ]);
    expect(await rows(root)).toEqual(known);
    expect(opened.problems).toEqual([]);
  });

  test('follow the keyboard from output to output', async (context) => {
    const opened = await site.open(context, page);
    const root = await opened.figure('receptive-field');
    expect(await status(root)).toBe('(2, 2) of 4 pool 2 × 2 sees rows 6–21 and columns 6–21 of the picture: 16 × 16.');
    await root.getByRole('application', { name: /4 pool/ }).focus();
    await opened.page.keyboard.press('ArrowRight');
    await opened.page.keyboard.press('ArrowRight');
    // The last one reaches into the padding.
    await expect.poll(() => status(root)).toMatch(/rows 6–21 and columns 14–27 of the picture: 16 × 14\.$/);
    await root.getByRole('button', { name: '1 conv 5 × 5' }).click();
    await expect.poll(() => status(root)).toMatch(/of 1 conv 5 × 5 sees .*: 5 × 5\.$/);
  });

  test('follow the mouse over a plane and over the picture', async (context) => {
    const opened = await site.open(context, page);
    const root = await opened.figure('receptive-field');
    await root.getByRole('application', { name: /3 conv/ }).click({ position: { x: 3, y: 3 } });
    await expect.poll(() => status(root)).toMatch(/^\(0, 0\) of 3 conv 5 × 5 sees rows 0–11 and columns 0–11/);
    const picture = root.locator('.big .canvas');
    const box = await picture.boundingBox();
    if (box === null) throw new Error('The picture has no place.');
    await opened.page.mouse.move(box.x + box.width - 2, box.y + box.height - 2);
    await expect.poll(() => status(root)).toMatch(/^\(9, 9\) of 3 conv 5 × 5 sees rows 16–27/);
    const frame = await root.locator('.big .frame').boundingBox();
    expect(Math.round(((frame?.width ?? 0) * 28) / box.width)).toBe(12);
  });

  test('grow as layers are added, changed, moved and removed', async (context) => {
    const opened = await site.open(context, page);
    const root = await opened.figure('receptive-field');
    const chain: shape.ReceptiveStep[] = [
      { kernelSize: 5, padding: 2 },
      { kernelSize: 2, stride: 2 },
      { kernelSize: 5 },
      { kernelSize: 2, stride: 2 },
    ];
    const fields = async () => (await rows(root)).map((cells) => cells.slice(1));
    const expected = () => shape.receptiveField(chain).map(({ size, jump, start }) => [size, jump, start]);

    await root.getByRole('button', { name: 'Add one after it' }).click();
    chain.push({ kernelSize: 3, padding: 1 });
    await expect.poll(fields).toEqual(expected());

    const dilation = root.getByRole('spinbutton', { name: 'Dilation' });
    await dilation.fill('2');
    await dilation.press('Enter');
    chain[4] = { ...chain[4], dilation: 2 };
    await expect.poll(fields).toEqual(expected());

    await root.getByRole('button', { name: 'Earlier' }).click();
    chain.splice(3, 2, chain[4], chain[3]);
    await expect.poll(fields).toEqual(expected());

    await root.getByRole('button', { name: '2 pool' }).click();
    await root.getByRole('button', { name: 'Remove' }).click();
    chain.splice(1, 1);
    await expect.poll(fields).toEqual(expected());
    expect(await root.getByRole('radio', { name: 'your own' }).isChecked()).toBe(true);

    // The address has it all.
    const layers = chain.map(({ kernelSize, stride = 1, padding = 0, dilation = 1 }, index): Layer => {
      return { kind: index === 3 ? 'pool' : 'conv', kernelSize, stride, padding, dilation };
    });
    const text = networkText({ size: 28, layers });
    await expect.poll(() => new URL(opened.page.url()).searchParams.get('field-network')).toBe(text);
    await opened.page.reload();
    const again = await opened.figure('receptive-field');
    expect((await rows(again)).map((cells) => cells.slice(1))).toEqual(expected());
    expect(opened.problems).toEqual([]);
  });

  test("say in the library's words what does not fit", async (context) => {
    const opened = await site.open(context, `${page}?field-network=28:c5.1.0.1-c11.1.0.1-c11.1.0.1-c11.1.0.1`);
    const root = await opened.figure('receptive-field');
    expect(await root.getByRole('alert').textContent()).toMatch(
      /^conv2d: window larger than the padded input on axis H\. Got kernelSize 11, padded input 4/,
    );
  });

  test('of AlexNet light up on every plane', async (context) => {
    const opened = await site.open(context, page);
    const root = await opened.figure('receptive-field');
    await root.getByRole('radio', { name: 'AlexNet' }).check();
    await expect.poll(async () => (await rows(root)).at(-1)).toEqual([6, 195, 32, -66]);
    await root.getByRole('radio', { name: 'ways' }).check();
    await expect.poll(() => root.locator('.frame').count()).toBe(9);
    // The middle of the field is lit, its corner is not seen: the picture's own grey, faded.
    const colours = await root.locator('canvas[data-plane="picture"]').evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return [];
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const at = (row: number, column: number) =>
        Array.from(pixels.slice(4 * (row * canvas.width + column)).slice(0, 3));
      return [at(96, 96), at(223, 223)];
    });
    const tint = ([red, , blue]: readonly number[]) => blue - red;
    expect(tint(colours[0])).toBeGreaterThan(60);
    expect(Math.abs(tint(colours[1]))).toBeLessThan(10);
    expect(opened.problems).toEqual([]);
  });
});
