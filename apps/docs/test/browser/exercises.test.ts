import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { answers } from '../../src/figures/exercises/answers.js';
import { useSite } from './site.js';

const site = useSite();
const names = [
  'average-as-convolution',
  'max-is-not-linear',
  'max-from-relu',
  'cost',
  'max-or-average',
  'minimum',
  'softmax-pooling',
];
const recorded = (name: string) =>
  readFileSync(new URL(`../../src/figures/exercises/answers/${name}.txt`, import.meta.url), 'utf8').trimEnd();

/** Opens the answer with this number, and waits for it to run. */
async function unfold(page: Page, number: number) {
  const answer = page.locator('details').nth(number);
  await answer.locator('summary').click();
  const figure = answer.locator('[data-figure="exercises"][data-state="live"]');
  await figure.waitFor();
  return { answer, figure, printed: () => figure.getByRole('status').locator('pre').textContent() };
}

describe('the answers to the exercises', () => {
  test('run when they are unfolded, and print what is written down', async (context) => {
    const { page, problems, violations } = await site.open(context, '/chapter/exercises.html');
    expect(await page.locator('details').count()).toBe(names.length);
    expect(await page.locator('[data-state="live"]').count()).toBe(0);
    for (const [number, name] of names.entries()) {
      const { printed, figure } = await unfold(page, number);
      await expect.poll(printed).toBe(recorded(name));
      expect(await figure.getByRole('textbox').inputValue()).toBe(answers[name].trimEnd());
    }
    expect(await violations('details')).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('can be changed and run again', async (context) => {
    const { page, problems } = await site.open(context, '/chapter/exercises.html');
    const { figure, printed } = await unfold(page, 0);
    const program = figure.getByRole('textbox', { name: 'Program' });
    await program.fill(
      "import { maxPool1d, tensor } from 'cenote';\nconsole.log(String(maxPool1d(tensor([[1, 5, 2, 3]]), 2)));",
    );
    await program.press('Control+Enter');
    await expect.poll(printed).toBe('tensor([[5., 3.]])');

    await program.fill("import { maxPool1d, tensor } from 'cenote';\nmaxPool1d(tensor([[1, 5]]), 3);");
    await figure.getByRole('button', { name: 'Run' }).click();
    await expect.poll(() => figure.getByRole('alert').textContent()).toMatch(/^maxPool1d: window larger than/);

    await figure.getByRole('button', { name: 'As it was' }).click();
    await expect.poll(printed).toBe(recorded(names[0]));
    expect(problems).toEqual([]);
  });

  test('are there without script, in Chinese as well', async (context) => {
    const { page } = await site.open(context, '/zh/chapter/exercises.html', { script: false });
    const answer = page.locator('details').nth(2);
    await answer.locator('summary').click();
    expect(await answer.locator('pre').first().textContent()).toBe(answers[names[2]].trimEnd());
    expect(await answer.locator('pre').last().textContent()).toBe(recorded(names[2]));
  });
});
