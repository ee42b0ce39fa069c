import { expect, it } from 'vitest';
import { classScores } from '../src/per-class.js';

it('scores each class by its row and its column', () => {
  const [first, second, third] = classScores([
    [8, 2, 0],
    [4, 6, 0],
    [0, 0, 0],
  ]);
  expect(first).toEqual({ examples: 10, precision: 8 / 12, recall: 0.8, f1: (2 * (8 / 12) * 0.8) / (8 / 12 + 0.8) });
  expect(second).toMatchObject({ examples: 10, precision: 0.75, recall: 0.6 });
  expect(third).toEqual({ examples: 0, precision: null, recall: null, f1: null });
});

it('gives 0 to a class that is never right', () => {
  expect(
    classScores([
      [0, 3],
      [2, 0],
    ])[0],
  ).toEqual({ examples: 3, precision: 0, recall: 0, f1: 0 });
});
