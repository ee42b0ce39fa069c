import { expect, test } from 'vitest';
import { useSite } from './site.js';

const site = useSite();

test('the home page has a live figure whose numbers Cenote computed', async (context) => {
  const { figure, problems, violations } = await site.open(context, '/');
  const root = await figure('hero');
  expect(await root.locator('output').textContent()).toBe('4 5 7 8');
  expect(await violations()).toEqual([]);
  expect(problems).toEqual([]);
});
