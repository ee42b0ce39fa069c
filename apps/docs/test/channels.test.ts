import { describe, expect, test } from 'vitest';
import { arithmetic, run, sees } from '../src/figures/channels/model.js';

describe('pooling', () => {
  test("gives as many channels as it gets: the chapter's example", () => {
    const { output, weights, inputShape, outputShape } = run('pooling', 2);
    expect(output).toEqual([
      [
        [5, 7],
        [13, 15],
      ],
      [
        [6, 8],
        [14, 16],
      ],
    ]);
    expect([inputShape, outputShape, weights]).toEqual([[1, 2, 4, 4], [1, 2, 2, 2], 0]);
  });

  test('looks at one channel', () => {
    const cell = { channel: 1, row: 0, column: 0 };
    expect(sees('pooling', cell, { channel: 1, row: 1, column: 1 })).toBe(true);
    expect(sees('pooling', cell, { channel: 0, row: 1, column: 1 })).toBe(false);
    expect(sees('pooling', cell, { channel: 1, row: 2, column: 1 })).toBe(false);
    expect(arithmetic('pooling', run('pooling', 2), cell)).toBe('max(1, 2, 5, 6) = 6');
  });
});

describe('a convolution', () => {
  test('adds the channels up, with weights of its own for each', () => {
    const { output, weights, outputShape } = run('convolution', 2);
    // 0 + 1 + 4 + 5 of the first channel, and the same with 1 added to each of the second.
    expect(output[0][0][0]).toBe(10 + 14);
    expect([outputShape, weights]).toEqual([[1, 1, 2, 2], 18]);
  });

  test.each([1, 2, 3, 4])('every output is what its arithmetic says, for %i channels', (channels) => {
    const result = run('convolution', channels);
    for (const [row, values] of result.output[0].entries()) {
      for (const [column, value] of values.entries()) {
        const [sum, total] = arithmetic('convolution', result, { channel: 0, row, column }).split(' = ');
        expect(sum.split(' + ').reduce((left, term) => left + Number(term), 0)).toBe(value);
        expect(Number(total)).toBe(value);
      }
    }
  });
});
