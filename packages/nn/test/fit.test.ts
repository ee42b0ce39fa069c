import { type Device, generator, keep, rand, type Tensor, tensor } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import {
  labelsOf,
  loader,
  perceptron,
  points,
  quick,
  rejection,
  useReferenceDevice,
  waitingDevice,
} from './support.js';

let device: Device;

beforeEach(() => {
  device = useReferenceDevice();
});

describe('fit', () => {
  test('learns', async () => {
    const model = perceptron();
    const { history, aborted } = await nn.fit(model, loader(16, 32), {
      optimizer: quick(model),
      epochs: 6,
      validation: [points(200, 99)],
    });
    expect(aborted).toBe(false);
    expect(history.map(({ epoch, batches, examples, complete }) => [epoch, batches, examples, complete])).toEqual(
      [0, 1, 2, 3, 4, 5].map((epoch) => [epoch, 16, 512, true]),
    );
    const last = history[5];
    expect(last.loss).toBeLessThan(history[0].loss / 2);
    expect(last.accuracy).toBeGreaterThan(0.9);
    expect(last.validation?.accuracy).toBeGreaterThan(0.9);
    expect(last.validation?.examples).toBe(200);
    expect(last.lr).toBe(0.02);
  });

  test('is the loop that one would write', async () => {
    const options = { lr: 0.1, momentum: 0.9 };
    const batches = [points(8, 1), points(8, 2), points(3, 3)];
    const [fitted, looped] = [perceptron(), perceptron()];
    const losses: number[] = [];
    await nn.fit(fitted, batches, {
      optimizer: nn.sgd(fitted, options),
      epochs: 2,
      onBatchEnd: ({ loss }) => losses.push(loss),
    });
    const optimizer = nn.sgd(looped, options);
    const expected: number[] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const { inputs, labels } of batches) {
        optimizer.zeroGrad();
        const loss = nn.crossEntropy(looped.forward(inputs), labels);
        loss.backward();
        optimizer.step();
        expected.push(loss.itemSync());
      }
    }
    expect(losses).toEqual(expected);
    expect(fitted.parameters().map((parameter) => parameter.toArraySync())).toEqual(
      looped.parameters().map((parameter) => parameter.toArraySync()),
    );
  });

  test('tells of epochs and batches, and waits', async () => {
    const model = perceptron();
    const events: string[] = [];
    const later = async (event: string) => {
      await Promise.resolve();
      events.push(event);
    };
    await nn.fit(model, loader(2), {
      optimizer: quick(model),
      epochs: 2,
      onEpochStart: (epoch) => later(`start ${epoch}`),
      onBatchEnd: ({ epoch, batch, examples }) => later(`batch ${epoch}.${batch} of ${examples}`),
      onEpochEnd: ({ epoch, batches }) => later(`end ${epoch} after ${batches}`),
    });
    expect(events).toEqual([
      ...['start 0', 'batch 0.0 of 8', 'batch 0.1 of 8', 'end 0 after 2'],
      ...['start 1', 'batch 1.0 of 8', 'batch 1.1 of 8', 'end 1 after 2'],
    ]);
  });

  test('weighs examples alike, whatever the batch', async () => {
    const batches = [points(8, 1), points(2, 2)];
    const model = perceptron();
    const seen: { loss: number; accuracy: number; examples: number }[] = [];
    const { history } = await nn.fit(model, batches, {
      optimizer: nn.sgd(model, { lr: 0 }),
      onBatchEnd: (batch) => seen.push(batch),
    });
    expect(history[0].loss).toBeCloseTo((8 * seen[0].loss + 2 * seen[1].loss) / 10, 12);
    expect(history[0].accuracy).toBeCloseTo((8 * seen[0].accuracy + 2 * seen[1].accuracy) / 10, 12);
  });

  test('goes on where an earlier run ended', async () => {
    const run = async (parts: readonly (readonly [number, number])[]) => {
      const model = nn.sequential(nn.linear(2, 4, { generator: generator(1) }));
      const optimizer = quick(model);
      const losses: number[] = [];
      for (const [startEpoch, epochs] of parts) {
        const { history } = await nn.fit(model, loader(2), { optimizer, startEpoch, epochs });
        losses.push(...history.map(({ loss }) => loss));
      }
      return losses;
    };
    expect(
      await run([
        [0, 2],
        [2, 5],
      ]),
    ).toEqual(await run([[0, 5]]));
    expect(await run([[3, 3]])).toEqual([]);
  });

  test('gives the same numbers for the same seeds', async () => {
    const run = async () => {
      const model = perceptron(4);
      return (await nn.fit(model, loader(3), { optimizer: quick(model), epochs: 2 })).history;
    };
    expect(await run()).toEqual(await run());
  });

  test('follows a schedule', async () => {
    const model = perceptron();
    const { history } = await nn.fit(model, loader(1), {
      optimizer: nn.sgd(model, { lr: 1 }),
      epochs: 4,
      schedule: nn.stepSchedule(0.5, { stepSize: 2, gamma: 0.5 }),
    });
    expect(history.map(({ lr }) => lr)).toEqual([0.5, 0.5, 0.25, 0.25]);
  });

  test('takes pictures, other losses and targets', async () => {
    const model = nn.sequential(nn.flatten(), nn.linear(4, 1));
    const batch = { images: rand([3, 1, 2, 2]), labels: rand([3, 1]) };
    const { history } = await nn.fit(model, [batch], { optimizer: quick(model), loss: nn.mseLoss });
    expect(history[0].loss).toBeGreaterThan(0);
    expect(history[0].accuracy).toBeNaN();
  });

  test('sets the model to training, and each module back as it was', async () => {
    const model = perceptron();
    model.layers[2].eval();
    const modes: boolean[][] = [];
    const modesNow = () => model.namedModules().map(([, module]) => module.training);
    const before = modesNow();
    await nn.fit(model, loader(1), {
      optimizer: quick(model),
      validation: loader(1),
      onEpochStart: () => {
        modes.push(modesNow());
      },
    });
    expect(modes).toEqual([[true, true, true, true, true]]);
    expect(modesNow()).toEqual(before);
    expect(before).toEqual([true, true, true, false, true]);
  });
});

describe('stopping', () => {
  test('ends after the current batch, and says so', async () => {
    const model = perceptron();
    const controller = new AbortController();
    const seen: number[] = [];
    const { history, aborted } = await nn.fit(model, loader(5), {
      optimizer: quick(model),
      epochs: 3,
      signal: controller.signal,
      validation: loader(1),
      onBatchEnd: ({ epoch, batch }) => {
        seen.push(batch);
        if (epoch === 1 && batch === 2) controller.abort();
      },
    });
    expect(aborted).toBe(true);
    expect(seen).toEqual([0, 1, 2, 3, 4, 0, 1, 2]);
    expect(history.map(({ batches, complete }) => [batches, complete])).toEqual([
      [5, true],
      [3, false],
    ]);
    expect(history[1].validation).toBeNull();
  });

  test('within the last epoch is stopping too', async () => {
    const model = perceptron();
    const controller = new AbortController();
    const options = { optimizer: quick(model), signal: controller.signal, onBatchEnd: () => controller.abort() };
    const { history, aborted } = await nn.fit(model, loader(3), options);
    expect(aborted).toBe(true);
    expect(history.map(({ batches, complete }) => [batches, complete])).toEqual([[1, false]]);
  });

  test('before the beginning changes nothing', async () => {
    const model = perceptron();
    const before = model.parameters().map((parameter) => parameter.toArraySync());
    const signal = AbortSignal.abort();
    expect(await nn.fit(model, loader(5), { optimizer: quick(model), signal })).toEqual({ history: [], aborted: true });
    expect(model.parameters().map((parameter) => parameter.toArraySync())).toEqual(before);
  });

  test('during validation leaves the epoch, without validation', async () => {
    const model = perceptron();
    const controller = new AbortController();
    const validation = {
      *[Symbol.iterator]() {
        yield points(4, 1);
        controller.abort();
        yield points(4, 2);
        yield points(4, 3);
      },
    };
    const options = { optimizer: quick(model), epochs: 4, signal: controller.signal, validation };
    const { history, aborted } = await nn.fit(model, loader(2), options);
    expect(aborted).toBe(true);
    expect(history.map(({ complete, validation: measured }) => [complete, measured])).toEqual([[true, null]]);
  });

  test('after the end is no stopping', async () => {
    const model = perceptron();
    const controller = new AbortController();
    const { aborted } = await nn.fit(model, loader(2), {
      optimizer: quick(model),
      signal: controller.signal,
      onEpochEnd: () => controller.abort(),
    });
    expect(aborted).toBe(false);
  });

  test('closes the batches', async () => {
    const model = perceptron();
    let closed = 0;
    const batches = {
      *[Symbol.iterator]() {
        try {
          for (;;) yield points(4, 1);
        } finally {
          closed++;
        }
      },
    };
    const controller = new AbortController();
    const onBatchEnd = () => controller.abort();
    await nn.fit(model, batches, { optimizer: quick(model), signal: controller.signal, onBatchEnd });
    expect(closed).toBe(1);
    const failing = nn.fit(model, batches, {
      optimizer: quick(model),
      onBatchEnd: () => {
        throw new RangeError('enough');
      },
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(closed).toBe(2);
  });

  test('comes through from timers: other events have their turn', async () => {
    const model = perceptron();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const { aborted } = await nn.fit(model, loader(10), {
      optimizer: quick(model),
      epochs: Number.MAX_SAFE_INTEGER,
      signal: controller.signal,
    });
    expect(aborted).toBe(true);
    const again = new AbortController();
    setTimeout(() => again.abort(), 0);
    const endless = {
      *[Symbol.iterator]() {
        for (;;) yield points(4, 1);
      },
    };
    expect((await nn.evaluate(model, endless, { signal: again.signal })).aborted).toBe(true);
  });
});

describe('failures', () => {
  test('no batches', async () => {
    const model = perceptron();
    expect(await rejection(nn.fit(model, [], { optimizer: quick(model) }))).toMatchInlineSnapshot(
      `"fit: there are no batches. Got an empty iterable; expected at least one batch. Check the data set."`,
    );
    expect(await rejection(nn.evaluate(model, []))).toMatchInlineSnapshot(
      `"evaluate: there are no batches. Got an empty iterable; expected at least one batch. Check the data set."`,
    );
  });

  test('batches that are used up', async () => {
    const model = perceptron();
    const once = loader(2)[Symbol.iterator]() as Iterable<nn.Batch> & Iterator<nn.Batch>;
    expect(await rejection(nn.fit(model, once, { optimizer: quick(model), epochs: 2 }))).toMatchInlineSnapshot(
      `"fit: the batches are used up in epoch 1. Got an empty iterable; expected at least one batch. Pass something that can be gone through again, not a generator object."`,
    );
  });

  test('something that is no iterable', async () => {
    const model = perceptron();
    // @ts-expect-error: no batches
    expect(await rejection(nn.fit(model, 5, { optimizer: quick(model) }))).toContain(
      'fit: the batches cannot be iterated over. Got 5',
    );
  });

  test('epochs that are no number of epochs', async () => {
    const model = perceptron();
    expect(await rejection(nn.fit(model, loader(1), { optimizer: quick(model), epochs: 1.5 }))).toContain('epochs 1.5');
  });

  test('a loss that is not finite stops before the parameters change', async () => {
    const model = nn.sequential(nn.linear(2, 4, { generator: generator(1) }));
    const bad = { inputs: tensor([[Number.NaN, 1]]), labels: labelsOf(1) };
    const before = device.liveBuffers;
    let kept: unknown;
    const failing = nn.fit(model, [points(4, 1), bad], {
      optimizer: nn.sgd(model, { lr: 0.1 }),
      onBatchEnd: () => {
        kept = model.parameters().map((parameter) => parameter.toArraySync());
      },
    });
    expect(await rejection(failing)).toMatchInlineSnapshot(
      `"fit: the loss is not finite. Got NaN in epoch 0, batch 1; expected a finite number. Lower the learning rate, or look for NaN in the inputs; the parameters are as they were before this batch."`,
    );
    expect(model.parameters().map((parameter) => parameter.toArraySync())).toEqual(kept);
    expect(model.training).toBe(true);
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
    expect(device.liveBuffers).toBe(before + 2); // points(4, 1) in the array
  });

  test('labels out of range, and inputs that do not fit', async () => {
    const model = perceptron();
    const { inputs } = points(2, 1);
    const optimizer = quick(model);
    expect(await rejection(nn.fit(model, [{ inputs, labels: labelsOf(1, 4) }], { optimizer }))).toContain(
      'crossEntropy: a label is out of range. Got label 4 at position 1',
    );
    expect(await rejection(nn.fit(model, [{ inputs: rand([2, 3]), labels: labelsOf(1, 2) }], { optimizer }))).toContain(
      'linear: expects 2 input features, got 3 (layer 0 of sequential)',
    );
  });
});

describe('memory', () => {
  test.each<[string, (model: nn.Module) => nn.Optimizer]>([
    ['sgd', (model) => nn.sgd(model, { lr: 0.1, momentum: 0.9 })],
    ['adam', (model) => nn.adam(model)],
  ])('of 20 steps of LeNet with %s goes back to where it was', async (_, optimizerOf) => {
    const model = nn.lenet5({ inputSize: 16, generator: generator(1) });
    const optimizer = optimizerOf(model);
    const counts: number[] = [];
    const batches = {
      *[Symbol.iterator]() {
        for (let batch = 0; batch < 20; batch++) yield { images: rand([2, 1, 16, 16]), labels: labelsOf(1, 2) };
      },
    };
    const before = device.liveBuffers;
    await nn.fit(model, batches, { optimizer, onBatchEnd: () => counts.push(device.liveBuffers) });
    expect(counts.length).toBe(20);
    // Gradients stay until the next step: one for each parameter. A first momentum shares its gradient's memory.
    expect(new Set(counts.slice(1)).size).toBe(1);
    optimizer.dispose();
    expect(device.liveBuffers).toBe(before);
    await nn.evaluate(model, batches, { confusion: true });
    expect(device.liveBuffers).toBe(before);
    model.dispose();
    expect(device.liveBuffers).toBe(0);
  });

  test('of batches in an array stays the caller’s', async () => {
    const model = perceptron();
    const batch = points(4, 1);
    await nn.fit(model, [batch], { optimizer: quick(model), epochs: 3, validation: [batch] });
    expect([batch.inputs.isDisposed, batch.labels.isDisposed]).toEqual([false, false]);
  });

  test('of asynchronous batches is freed', async () => {
    const model = perceptron();
    const before = device.liveBuffers;
    const made: Tensor[] = [];
    const batches = {
      async *[Symbol.asyncIterator]() {
        for (let batch = 0; batch < 3; batch++) {
          await Promise.resolve();
          const next = points(4, batch);
          made.push(keep(next.inputs));
          yield next;
        }
      },
    };
    const optimizer = nn.sgd(model, { lr: 0.1 });
    const { history } = await nn.fit(model, batches, { optimizer, epochs: 2 });
    expect(history.map(({ examples }) => examples)).toEqual([12, 12]);
    expect(made.every(({ isDisposed }) => isDisposed)).toBe(true);
    expect(device.liveBuffers).toBe(before);
  });
});

test('works on a device that cannot be read without waiting', async () => {
  const slow = waitingDevice();
  const model = perceptron(1, { device: slow });
  const batches = [points(8, 1, { device: slow })];
  const before = slow.liveBuffers;
  const optimizer = quick(model);
  const { history } = await nn.fit(model, batches, { optimizer, epochs: 3, validation: batches });
  optimizer.dispose();
  expect(history[2].loss).toBeLessThan(history[0].loss);
  expect(history[2].validation?.examples).toBe(8);
  expect(slow.liveBuffers).toBe(before);
});
