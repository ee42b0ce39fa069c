import type { Shape } from '@cenote/shape';
import type { Tensor } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { messageOf, useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

class Opaque extends nn.Module {
  readonly inner = nn.linear(3, 3);

  override forward(x: Tensor): Tensor {
    return this.inner.forward(x);
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}

describe('summary', () => {
  test('of lenet5', () => {
    expect(nn.summary(nn.lenet5({ variant: 'd2l' }), [1, 1, 28, 28])).toMatchInlineSnapshot(`
      "                                                  Multiply–   Receptive
      Layer         Output shape           Parameters        adds       field   Jump
      ──────────────────────────────────────────────────────────────────────────────
      0 conv2d      [1, 6, 28, 28]                156     117,600           5      1
      1 sigmoid     [1, 6, 28, 28]                  0           0           5      1
      2 avgPool2d   [1, 6, 14, 14]                  0           0           6      2
      3 conv2d      [1, 16, 10, 10]             2,416     240,000          14      2
      4 sigmoid     [1, 16, 10, 10]                 0           0          14      2
      5 avgPool2d   [1, 16, 5, 5]                   0           0          16      4
      6 flatten     [1, 400]                        0           0          16      –
      7 linear      [1, 120]                   48,120      48,000           –      –
      8 sigmoid     [1, 120]                        0           0           –      –
      9 linear      [1, 84]                    10,164      10,080           –      –
      10 sigmoid    [1, 84]                         0           0           –      –
      11 linear     [1, 10]                       850         840           –      –
      ──────────────────────────────────────────────────────────────────────────────
      Total         input [1, 1, 28, 28]       61,706     416,520"
    `);
  });

  test('fits into 80 columns, with a batch too', () => {
    for (const line of nn.summary(nn.lenet5(), [256, 1, 28, 28]).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test('of nested networks, other layers, axes that differ, and modules that do not say', () => {
    const model = nn.sequential({
      features: nn.sequential(nn.conv2d(1, 3, { kernelSize: [3, 5], bias: false }), nn.adaptiveAvgPool2d([5, 1])),
      flat: nn.flatten(2),
      own: nn.sequential(new Opaque()),
    });
    expect(nn.summary(model, [2, 1, 8, 7])).toMatchInlineSnapshot(`
      "                                                              Multiply–  Receptive
      Layer                         Output shape        Parameters       adds      field  Jump
      ────────────────────────────────────────────────────────────────────────────────────────
      features.0 conv2d             [2, 3, 6, 3]                45      1,620        3×5     1
      features.1 adaptiveAvgPool2d  [2, 3, 5, 1]                 0          0        4×7   1×3
      flat flatten                  [2, 3, 5]                    0          0        4×7     –
      own.0 Opaque                  [2, 3, 5]                   12          –          –     –
      ────────────────────────────────────────────────────────────────────────────────────────
      Total                         input [2, 1, 8, 7]          57          –"
    `);
  });

  test('of a single layer', () => {
    expect(nn.summary(nn.linear(3, 2), [3])).toMatchInlineSnapshot(`
      "                                     Multiply–   Receptive
      Layer    Output shape   Parameters        adds       field   Jump
      ─────────────────────────────────────────────────────────────────
      linear   [2]                     8           6           –      –
      ─────────────────────────────────────────────────────────────────
      Total    input [3]               8           6"
    `);
  });

  test('says what does not fit, and where', () => {
    expect(messageOf(() => nn.summary(nn.lenet5(), [1, 1, 24, 24]))).toContain('(layer 7 of sequential)');
  });
});

describe('summarize', () => {
  test('gives totals', () => {
    const result = nn.summarize(nn.lenet5(), [2, 1, 28, 28]);
    expect(result.outputShape).toEqual([2, 10]);
    expect(result.parameters).toBe(61_706);
    // 5·5·6·28² + 5·5·6·16·10² + 400·120 + 120·84 + 84·10, for two pictures
    expect(result.multiplyAdds).toBe(2 * (117_600 + 240_000 + 48_000 + 10_080 + 840));
    expect(result.rows.map(({ parameters }) => parameters).reduce((sum, count) => sum + count, 0)).toBe(61_706);
  });

  test('follows the receptive field through LeNet', () => {
    const rows = nn.summarize(nn.lenet5(), [1, 1, 28, 28]).rows;
    const fields = rows.map(({ receptiveField }) =>
      receptiveField?.map(({ size, jump, padding }) => [size, jump, padding]),
    );
    const both = (size: number, jump: number, padding: number) => [
      [size, jump, padding],
      [size, jump, padding],
    ];
    expect(fields.slice(0, 7)).toEqual([
      both(5, 1, 2),
      both(5, 1, 2),
      both(6, 2, 2),
      both(14, 2, 2),
      both(14, 2, 2),
      both(16, 4, 2),
      both(16, 4, 2),
    ]);
    expect(fields.slice(7)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(rows.map(({ jump }) => jump)).toEqual([
      ...[1, 1, 2, 2, 2, 4].map((jump) => [jump, jump]),
      ...[null, null, null, null, null, null],
    ]);
  });

  test('has no jump after windows that are not evenly spaced', () => {
    const rows = nn.summarize(
      nn.sequential(nn.conv1d(1, 1, { kernelSize: 3 }), nn.adaptiveMaxPool1d(3), nn.relu()),
      [1, 10],
    ).rows;
    expect(rows.map(({ jump }) => jump)).toEqual([[1], null, null]);
  });

  test('sees a whole plane through global pooling', () => {
    const [row] = nn.summarize(nn.globalAvgPool(), [1, 2, 4, 6]).rows;
    expect(row.receptiveField?.map(({ size }) => size)).toEqual([4, 6]);
  });

  test('counts shared parameters once', () => {
    const shared = nn.linear(3, 3);
    const { rows, parameters } = nn.summarize(nn.sequential(shared, nn.relu(), shared), [3]);
    expect(rows.map((row) => row.parameters)).toEqual([12, 0, 0]);
    expect(parameters).toBe(12);
  });

  test('knows no receptive field once a module does not say', () => {
    const model = nn.sequential(nn.maxPool1d(2), new Opaque(), nn.maxPool1d(3));
    const { rows, multiplyAdds } = nn.summarize(model, [1, 6]);
    expect(rows.map(({ receptiveField }) => receptiveField?.[0].size)).toEqual([2, undefined, undefined]);
    expect(multiplyAdds).toBeNull();
  });
});
