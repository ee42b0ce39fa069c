import { avgPool2d, data, fromData, maxPool2d, type Tensor } from 'cenote';
import { expect, test } from 'vitest';
import { useSite } from './site.js';

const site = useSite();

test.for(['/', '/zh/'])('the home page %s lets a digit shrink, and quotes what was measured', async (path, context) => {
  const { page, figure, problems, violations } = await site.open(context, path);
  const root = await figure('hero');
  // The third window of the middle row, from the left edge: the pointer goes there.
  const small = root.locator('.picture').nth(2);
  await small.scrollIntoViewIfNeeded();
  const box = await small.boundingBox();
  if (box === null) throw new Error('The picture is not there.');
  await page.mouse.move(box.x + (2.5 / 7) * box.width, box.y + box.height / 2);
  const { images } = data.digits({ count: 1, start: 3 });
  const digit = fromData(
    Float32Array.from(images, (ink) => ink / 255),
    [28, 28],
  );
  const result = (small: Tensor) => `= ${Number(Number(small.dataSync()[3 * 7 + 2]).toFixed(2))}`;
  await root.getByText(result(maxPool2d(maxPool2d(digit, 2), 2))).waitFor();
  await root.getByRole('radio').nth(1).check();
  await root.getByText(result(avgPool2d(avgPool2d(digit, 2), 2))).waitFor();
  expect(await page.locator('.measured tbody tr').count()).toBe(5);
  expect(await violations()).toEqual([]);
  expect(problems).toEqual([]);
});

test('the home page fits onto a phone', async (context) => {
  const { page, figure, problems } = await site.open(context, '/', { width: 390, height: 844 });
  await figure('hero');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(problems).toEqual([]);
});
