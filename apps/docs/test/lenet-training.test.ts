import { openSafetensors } from '@cenote/safetensors';
import { getDefaultDevice, nn } from 'cenote';
import { describe, expect, it } from 'vitest';
import { Gate, Stopwatch } from '../src/figures/lenet-training/gate.js';
import { type Plan, parseSeed, type TrainingSettings } from '../src/figures/lenet-training/settings.js';
import { Training, type TrainingEvent } from '../src/figures/lenet-training/training.js';
import { TrainingHost } from '../src/figures/lenet-training/training-host.js';
import type { FromWorker } from '../src/figures/lenet-training/worker-messages.js';

const settings: TrainingSettings = { variant: 'modern', seed: 3, learningRate: 0.002, device: 'cpu' };
/** Four batches of 16 in all, tested after every second. */
const small: Plan = {
  trainCount: 32,
  testCount: 20,
  batchSize: 16,
  epochs: { modern: 2, d2l: 2 },
  decay: { modern: 0.7, d2l: 0.85 },
  testEvery: 2,
  goal: 0.95,
};

/** Runs a training to its end and frees it. */
async function events(
  own: Partial<TrainingSettings> = {},
  hear: (event: TrainingEvent, training: Training) => void = () => {},
): Promise<TrainingEvent[]> {
  const heard: TrainingEvent[] = [];
  using training: Training = new Training(
    { ...settings, ...own },
    getDefaultDevice(),
    (event) => {
      heard.push(event);
      hear(event, training);
    },
    small,
  );
  await training.run();
  return heard;
}

const numbers = (heard: readonly TrainingEvent[]) =>
  heard.flatMap((event) =>
    event.kind === 'batch' || event.kind === 'test' ? [[event.kind, event.point.step, event.point.loss]] : [],
  );

describe('Training', () => {
  it('tells of the digits, every batch, every test, and the end, and frees its tensors', async () => {
    const device = getDefaultDevice();
    const before = device.liveBuffers;
    const heard = await events();
    expect(device.liveBuffers).toBe(before);
    expect(heard.map(({ kind }) => kind)).toEqual([
      'digits',
      'digits',
      'begin',
      ...['batch', 'batch', 'test', 'batch', 'batch', 'test'],
      'end',
    ]);
    expect(heard[1]).toEqual({ kind: 'digits', done: 52, total: 52 });
    expect(heard[2]).toMatchObject({ steps: 4, device: 'cpu' });
    expect(heard.at(-1)).toMatchObject({ complete: true });
  });

  it('gives the same numbers for the same settings, and others for another seed or network', async () => {
    const one = numbers(await events());
    expect(numbers(await events())).toEqual(one);
    expect(numbers(await events({ seed: 4 }))).not.toEqual(one);
    expect(numbers(await events({ variant: 'd2l' }))).not.toEqual(one);
  });

  it('ends after the current batch when it is stopped', async () => {
    const heard = await events({}, (event, training) => {
      if (event.kind === 'batch') training.stop();
    });
    expect(heard.map(({ kind }) => kind).slice(2)).toEqual(['begin', 'batch', 'end']);
    expect(heard.at(-1)).toMatchObject({ complete: false });
  });

  it('waits while it is paused, ends with the same numbers, and can be stopped meanwhile', async () => {
    let paused = false;
    const whole = numbers(await events());
    const heard = await events({}, (event, training) => {
      expect(paused).toBe(false);
      if (event.kind !== 'batch' || event.point.step !== 1) return;
      training.pause();
      paused = true;
      setTimeout(() => {
        paused = false;
        training.resume();
      }, 50);
    });
    expect(numbers(heard)).toEqual(whole);
    const stopped = await events({}, (event, training) => {
      if (event.kind !== 'batch') return;
      training.pause();
      setTimeout(() => training.stop(), 10);
    });
    expect(stopped.at(-1)).toMatchObject({ kind: 'end', complete: false });
  });

  it('refuses a learning rate that makes the loss explode', async () => {
    await expect(events({ learningRate: 1e30 })).rejects.toThrow(/the loss is not finite.*Lower the learning rate/);
  });
});

describe('parseSeed', () => {
  it('takes whole numbers that fit, and says what it takes', () => {
    expect([parseSeed('0'), parseSeed(' 42 '), parseSeed('2147483647')]).toEqual([0, 42, 2147483647]);
    for (const text of ['', '-1', '1.5', '2147483648', 'seven']) {
      expect(() => parseSeed(text)).toThrow(/^train: seed is not a whole number.* expected a whole number from 0 to/);
    }
  });
});

describe('TrainingHost', () => {
  it('answers the page: points in bunches, weights that fit, errors in the words of the library', async () => {
    const told: FromWorker[] = [];
    let asked = Promise.resolve();
    const host = new TrainingHost((message) => {
      told.push(message);
      if (message.kind === 'begin') asked = host.receive({ kind: 'weights', request: 7 });
      if (message.kind === 'points') void host.receive({ kind: 'stop' });
    });
    await host.receive({ kind: 'start', settings: { ...settings, variant: 'd2l' } });
    await asked;
    const kinds = told.map(({ kind }) => kind).filter((kind) => kind !== 'digits' && kind !== 'points');
    expect(kinds[0]).toBe('begin');
    // Weights are written while the training goes on, and may be there after its end.
    expect(kinds.toSorted()).toEqual(['begin', 'end', 'weights']);
    const weights = told.find((message) => message.kind === 'weights');
    const file = await openSafetensors(weights?.bytes ?? new Uint8Array());
    expect(weights?.request).toBe(7);
    expect(file.metadata).toEqual({ format: 'pt', model: 'd2l' });
    using model = nn.lenet5({ variant: 'd2l' });
    const state = await file.stateDict();
    expect(model.loadStateDict(state)).toEqual({ missing: [], unexpected: [] });
    for (const tensor of Object.values(state)) tensor.dispose();

    const failed: FromWorker[] = [];
    const other = new TrainingHost((message) => failed.push(message));
    await other.receive({ kind: 'start', settings: { ...settings, learningRate: -1 } });
    expect(failed.at(-1)).toMatchObject({ kind: 'failed', message: expect.stringMatching(/lr/) });
  });

  it('has no weights before it starts', async () => {
    const told: FromWorker[] = [];
    await new TrainingHost((message) => told.push(message)).receive({ kind: 'weights', request: 1 });
    expect(told).toEqual([]);
  });
});

describe('Gate and Stopwatch', () => {
  it('hold up and let pass', async () => {
    const gate = new Gate();
    await gate.passed;
    gate.close();
    gate.close();
    let through = false;
    const waiting = gate.turn().then(() => {
      through = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(through).toBe(false);
    gate.open();
    await waiting;
    expect(through).toBe(true);
  });

  it('stands still while it is stopped', async () => {
    const clock = new Stopwatch();
    clock.stop();
    const then = clock.seconds;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.seconds).toBe(then);
    clock.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.seconds).toBeGreaterThan(then);
  });
});
