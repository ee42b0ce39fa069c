import { generator, isGradEnabled, type Tensor, tensor } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { labelsOf, loader, perceptron, points, useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

describe('evaluate', () => {
  /** Gives its input: the logits are the inputs. */
  const given = (...rows: number[][]) => tensor(rows);

  test('gives loss, accuracy and confusion', async () => {
    const batches = [
      { inputs: given([9, 0, 0], [0, 9, 0]), labels: labelsOf(0, 2) },
      { inputs: given([0, 0, 9]), labels: labelsOf(2) },
    ];
    const model = nn.sequential(nn.identity());
    const result = await nn.evaluate(model, batches, { confusion: true });
    const right = Math.log(1 + 2 * Math.exp(-9));
    expect(result.loss).toBeCloseTo((2 * right + (9 + right)) / 3, 5);
    expect(result).toMatchObject({ accuracy: 2 / 3, examples: 3, aborted: false });
    expect(result.confusion).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 1, 1],
    ]);
    expect((await nn.evaluate(model, batches)).confusion).toBeNull();
  });

  test('does not count labels that are ignored', async () => {
    const batch = { inputs: given([9, 0], [0, 9], [0, 9]), labels: labelsOf(0, -100, 0) };
    const { accuracy, confusion } = await nn.evaluate(nn.identity(), [batch], { confusion: true });
    expect(accuracy).toBe(0.5);
    expect(confusion).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  test('takes a label for each place', async () => {
    const inputs = tensor([
      [
        [9, 0],
        [0, 9],
      ],
    ]); // [1, 2 classes, 2 places]
    const labels = tensor([[0, 0]], { dtype: 'i32' });
    expect((await nn.evaluate(nn.identity(), [{ inputs, labels }])).accuracy).toBe(0.5);
  });

  test('is inference: no dropout, nothing recorded, and modes come back', async () => {
    const model = nn.sequential(nn.dropout(0.9), nn.linear(2, 4, { generator: generator(1) }));
    const seen: boolean[] = [];
    const loss = (output: Tensor, labels: Tensor) => {
      seen.push(isGradEnabled(), output.requiresGrad, model.training);
      return nn.crossEntropy(output, labels);
    };
    const first = await nn.evaluate(model, [points(50, 1)], { loss });
    expect(await nn.evaluate(model, [points(50, 1)])).toEqual(first);
    expect(seen).toEqual([false, false, false]);
    expect(model.training).toBe(true);
    await expect(
      nn.evaluate(model, [points(5, 1)], { onBatch: () => Promise.reject(new RangeError()) }),
    ).rejects.toThrow();
    expect(model.training).toBe(true);
  });

  test('stops after the current batch', async () => {
    const controller = new AbortController();
    const onBatch = ({ batch }: nn.EvaluatedBatch) => {
      if (batch === 1) controller.abort();
    };
    const { examples, aborted } = await nn.evaluate(perceptron(), loader(5), { signal: controller.signal, onBatch });
    expect([examples, aborted]).toEqual([16, true]);
    const none = await nn.evaluate(perceptron(), loader(5), { signal: controller.signal });
    expect(none).toMatchObject({ loss: Number.NaN, examples: 0, aborted: true });
  });
});
