import { readFileSync } from 'node:fs';
import { data, generator, nn } from 'cenote';
import type { Locator } from 'playwright-core';
import { describe, expect, type TestContext, test } from 'vitest';
import { readWeights } from '../../src/figures/lenet/weights-file.js';
import { type OpenOptions, type OpenPage, useSite } from './site.js';

const site = useSite();

interface Opened extends OpenPage {
  readonly root: Locator;
}

async function open(context: TestContext, path = '/chapter/lenet.html', options: OpenOptions = {}): Promise<Opened> {
  const opened = await site.open(context, path, options);
  return { ...opened, root: await opened.figure('lenet-training') };
}

const press = (root: Locator, name: string) => root.getByRole('button', { name, exact: true }).click();
/** What the figure says of how far it is. */
const status = async (root: Locator) =>
  (await root.locator('.status span').allTextContents()).map((text) => text.trim()).join(' · ');
const step = async (root: Locator) => Number(/Batch ([\d,]+) of/.exec(await status(root))?.[1].replace(',', '') ?? 0);

/** Waits until the training has got further than a number of batches. */
async function further(root: Locator, than: number): Promise<void> {
  await expect.poll(() => step(root), { timeout: 60_000, interval: 50 }).toBeGreaterThan(than);
}

describe('training in the page', () => {
  test('reads 95 % of the test digits, and its weights go to the drawing and into a file', async (context) => {
    const { page, root, figure, problems, violations } = await open(context);
    await press(root, 'Train');
    const row = root.locator('.legend [data-goal-seconds]');
    await row.waitFor({ timeout: 120_000 });
    console.log(
      `LeNet training in the page: 95 % after ${await row.getAttribute('data-goal-seconds')} s; ${await status(root)}`,
    );
    await press(root, 'Stop');
    await root.getByText('stopped', { exact: true }).first().waitFor();
    // There are curves of both.
    for (const name of ['Loss', 'Accuracy']) {
      const chart = root.getByRole('img', { name: new RegExp(`^${name}\\.`) });
      expect((await chart.locator('.curve path').last().getAttribute('d'))?.length).toBeGreaterThan(40);
    }

    const download = page.waitForEvent('download');
    await press(root, 'Download them');
    const file = await download;
    expect(file.suggestedFilename()).toBe('lenet-modern.safetensors');
    using weights = await readWeights(readFileSync(await file.path()));
    expect(weights.variant).toBe('modern');
    // What the page says of its test digits is true of others.
    using model = nn.lenet5({ variant: 'modern', generator: generator(1) });
    model.loadStateDict(weights.state);
    const others = data.dataLoader(data.digits({ count: 500, seed: 77 }), { batchSize: 100 });
    const { accuracy } = await nn.evaluate(model, others);
    expect(accuracy).toBeGreaterThan(0.92);

    const lenet = await figure('lenet');
    await lenet.locator('.bars').nth(1).waitFor();
    await press(root, 'Draw with these weights');
    await lenet.getByText(/trained on this page, 9\d\.\d % of its test digits right/).waitFor();
    expect(await violations('[data-figure="lenet-training"]')).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('refuses a bad seed, pauses, resumes, stops, and starts again with the same numbers', async (context) => {
    const { root, page, problems } = await open(context, '/chapter/lenet.html?train-variant=d2l&train-seed=9');
    await root.getByLabel('Seed').fill('seven');
    await press(root, 'Train');
    expect(await root.getByRole('alert').textContent()).toMatch(/^train: seed is not a whole number.*Got "seven"/);
    await root.getByLabel('Seed').fill('9');
    await press(root, 'Train');
    await further(root, 0);
    await press(root, 'Pause');
    await root.getByText('paused', { exact: true }).first().waitFor();
    // The batch that was under way ends.
    await page.waitForTimeout(300);
    const paused = await step(root);
    await page.waitForTimeout(400);
    expect(await step(root)).toBe(paused);
    const first = await root.locator('.curve.d2l .raw').getAttribute('d');
    await press(root, 'Resume');
    await further(root, paused);
    await press(root, 'Stop');
    await root.getByText('stopped', { exact: true }).first().waitFor();

    await press(root, 'Train again');
    await expect
      .poll(async () => (await root.locator('.curve.d2l .raw').getAttribute('d'))?.length ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(first?.length ?? 0);
    expect((await root.locator('.curve.d2l .raw').getAttribute('d'))?.startsWith(first ?? 'none')).toBe(true);
    await press(root, 'Reset');
    await root.getByText('10,000 digits to learn from').waitFor();
    expect(await root.locator('.curve').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('goes on the GPU where there is one, and on one thread where memory is not shared', async (context) => {
    const gpu = await open(context);
    await gpu.root.getByRole('radio', { name: 'WebGPU' }).check();
    await press(gpu.root, 'Train');
    await gpu.root.getByText('webgpu', { exact: true }).waitFor({ timeout: 60_000 });
    await further(gpu.root, 0);
    await press(gpu.root, 'Reset');
    expect(gpu.problems.filter((problem) => !problem.includes('experimental'))).toEqual([]);

    const single = await open(context, '/zh/chapter/lenet.html', { isolated: false, width: 390, height: 844 });
    await press(single.root, '训练');
    await single.root.getByText('cpu', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await single.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await single.violations('[data-figure="lenet-training"]')).toEqual([]);
    expect(single.problems).toEqual([]);
  });
});
