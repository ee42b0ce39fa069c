import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSafetensors } from '@cenote/safetensors';
import { data, getDefaultDevice, nn, noGrad, scope } from 'cenote';
import picocolors from 'picocolors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawDigits } from '../src/examples.js';
import type { Request } from '../src/options.js';
import { type Progress, plainLine } from '../src/progress.js';
import { renderReport } from '../src/report/render.js';
import type { RunResult } from '../src/result.js';
import { runLenet } from '../src/run.js';
import type { TrainingSettings } from '../src/settings.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cenote-lenet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tiny = { epochs: 2, batchSize: 16, seed: 7, trainCount: 40, testCount: 20 } as const;

/** What a run said, and a hook that hears it. */
function listener(hear: (text: string) => void = () => {}): Progress & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    colors: picocolors.createColors(false),
    columns: 80,
    say(text) {
      lines.push(...text.split('\n'));
      hear(text);
    },
    show: (title, step) => hear(plainLine(title, step)),
    clear() {},
  };
}

function request(
  given: Partial<TrainingSettings>,
  files: { save?: string; saveWeights?: string; resume?: string } = {},
): Request {
  const path = (name: string | undefined) => (name === undefined ? null : join(folder, name));
  const output = {
    device: 'cpu',
    threads: 1,
    json: null,
    report: null,
    save: path(files.save),
    saveWeights: path(files.saveWeights),
  };
  return { given, output, resume: path(files.resume) };
}

interface Stop {
  /** Stops the run when this is said or shown. */
  readonly at: string;
}

function run(asked: Request, stop?: Stop, progress?: Progress): Promise<RunResult> {
  const abort = new AbortController();
  const listening = listener((text) => {
    if (stop !== undefined && text.startsWith(stop.at)) abort.abort();
  });
  return runLenet(asked, { progress: progress ?? listening, signal: abort.signal, version: '1.2.3' });
}

/** What has to be the same whenever the settings are. */
function numbers({ history, evaluation, examples, mistakes, model, settings }: RunResult) {
  return { history, evaluation, examples, mistakes, model, settings };
}

describe('runLenet', () => {
  it('trains, tests and shows what it found, within 80 columns, and frees its tensors', async () => {
    const device = getDefaultDevice();
    const before = device.liveBuffers;
    const progress = listener();
    const result = await run(request(tiny), undefined, progress);
    expect(device.liveBuffers).toBe(before);

    expect(result).toMatchObject({ status: 'complete', resumedAfter: 0, data: { trainCount: 40, testCount: 20 } });
    expect(result.model).toMatchObject({ parameters: 61_706, inputShape: [1, 28, 28] });
    expect(result.model.layers.map(({ receptiveField, jump }) => [receptiveField, jump]).slice(0, 7)).toEqual([
      [5, 1],
      [5, 1],
      [6, 2],
      [14, 2],
      [14, 2],
      [16, 4],
      [16, null],
    ]);
    // Batches of 16, 16 and 8, twice.
    expect(result.history.batches.map(({ epoch }) => epoch)).toEqual([0.4, 0.8, 1, 1.4, 1.8, 2]);
    expect(result.history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(result.evaluation?.examples).toBe(20);
    expect(result.evaluation?.accuracy).toBe(result.history.epochs[1].testAccuracy);
    expect(result.mistakes.length).toBeGreaterThan(0);
    expect(result.mistakes.every(({ label, predicted }) => label !== predicted)).toBe(true);
    for (const { layers } of result.examples) {
      expect(layers.map(({ name }) => name)).toEqual(result.model.layers.map(({ name }) => name));
    }
    expect(renderReport(result)).toContain('</html>');
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);

    for (const line of progress.lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(progress.lines.some((line) => /^Epoch 2\/2 {2}loss \d/.test(line))).toBe(true);
    expect(progress.lines.some((line) => line.startsWith('2 maxPool2d'))).toBe(true);
  });

  it('gives the same numbers for the same settings, and others for another seed', async () => {
    const small = { ...tiny, epochs: 1, trainCount: 16 };
    const one = await run(request(small));
    expect(numbers(await run(request(small)))).toEqual(numbers(one));
    const other = await run(request({ ...small, seed: 8 }));
    expect(other.model.weights).not.toBe(one.model.weights);
  });

  it('trains the network of D2L', async () => {
    const { model, examples } = await run(request({ ...tiny, model: 'd2l', epochs: 1, trainCount: 16, testCount: 10 }));
    expect(model.layers.map(({ name }) => name)).toContain('2 avgPool2d');
    const pooled = examples[0].layers[2];
    // An average lets every value through.
    expect(pooled.keptShare).toBe(1);
    expect(pooled.kept?.every(({ bytes }) => Buffer.from(bytes, 'base64').every((byte) => byte === 255))).toBe(true);
  });

  it('writes weights that a network of its kind takes, and that say what they are', async () => {
    const files = { save: 'a.json', saveWeights: 'a.safetensors' };
    const { history } = await run(request({ ...tiny, model: 'd2l' }, files));
    const file = await openSafetensors(readFileSync(join(folder, files.saveWeights)));
    expect(file.metadata).toEqual({
      format: 'pt',
      model: 'd2l',
      inputSize: '[28,28]',
      classes: '["0","1","2","3","4","5","6","7","8","9"]',
    });
    expect(file.entries.get('3.weight')).toMatchObject({ dtype: 'F32', shape: [16, 6, 5, 5] });

    using model = nn.lenet5({ variant: 'd2l' });
    const state = await file.stateDict();
    model.loadStateDict(state);
    for (const each of Object.values(state)) each.dispose();
    // What these weights say of the test examples is what the run said after its last epoch.
    const { test } = await drawDigits(tiny.seed, tiny.trainCount, tiny.testCount, {
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    const [batch] = data.dataLoader(test, { batchSize: tiny.testCount });
    const loss = scope(() => noGrad(() => nn.crossEntropy(model.forward(batch.images), batch.labels)));
    expect(await loss.item()).toBeCloseTo(history.epochs[1].testLoss, 5);
  });

  it('trains on IDX files', async () => {
    const { images, labels } = data.digits({ count: 50 });
    writeFileSync(
      join(folder, 't10k-images-idx3-ubyte'),
      data.writeIdx({ dtype: 'u8', shape: [50, 28, 28], data: images }),
    );
    writeFileSync(
      join(folder, 't10k-labels-idx1-ubyte'),
      data.writeIdx({ dtype: 'u8', shape: [50], data: Uint8Array.from(labels) }),
    );
    const result = await run(request({ data: folder, epochs: 1 }));
    expect(result.data).toMatchObject({ name: folder, trainCount: 40, testCount: 10 });
  });
});

describe('a run that goes on from a checkpoint', () => {
  it.each(['adam', 'sgd'] as const)('ends where a run without a break ends, with %s', async (optimizer) => {
    const settings = { ...tiny, optimizer };
    const whole = await run(request(settings, { save: 'whole.json' }));
    await run(request({ ...settings, epochs: 1 }, { save: 'half.json' }));
    const rest = await run(request({ epochs: 2 }, { resume: 'half.json', save: 'rest.json' }));
    expect(numbers(rest)).toEqual(numbers(whole));
    expect(rest.resumedAfter).toBe(1);
    expect(readFileSync(join(folder, 'rest.json'), 'utf8')).toBe(readFileSync(join(folder, 'whole.json'), 'utf8'));
  });

  it('ends there also when the first one was stopped in the middle of an epoch', async () => {
    const whole = await run(request(tiny));
    const stopped = await run(request(tiny, { save: 'stopped.json' }), { at: 'Epoch 2/2   40%' });
    expect(stopped.status).toBe('interrupted');
    expect(stopped.history.batches.at(-1)?.epoch).toBe(1.4);
    expect(stopped.history.epochs).toHaveLength(1);
    expect(numbers(await run(request({}, { resume: 'stopped.json' })))).toEqual(numbers(whole));
  });

  it('only tests when there is nothing left to train', async () => {
    const whole = await run(request(tiny, { save: 'whole.json' }));
    const again = await run(request({}, { resume: 'whole.json' }));
    expect(numbers(again)).toEqual(numbers(whole));
    expect(again.timing).toMatchObject({ training: 0, examplesPerSecond: 0 });
  });

  it('refuses a checkpoint of other examples or another network', async () => {
    await run(request({ ...tiny, epochs: 1, trainCount: 10, testCount: 10 }, { save: 'one.json' }));
    const { images, labels } = data.digits({ count: 20 });
    const shape = [20, 28, 28];
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), data.writeIdx({ dtype: 'u8', shape, data: images }));
    const bytes = Uint8Array.from(labels);
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), data.writeIdx({ dtype: 'u8', shape: [20], data: bytes }));
    await run(request({ data: folder, epochs: 1 }, { save: 'two.json' }));
    writeFileSync(
      join(folder, 'train-labels-idx1-ubyte'),
      data.writeIdx({ dtype: 'u8', shape: [20], data: bytes.reverse() }),
    );
    await expect(run(request({}, { resume: 'two.json' }))).rejects.toThrow(/checkpoint is of other examples/);
  });
});

describe('a run that is stopped', () => {
  it('while it trains, is judged by what it has learned', async () => {
    const result = await run(request(tiny), { at: 'Epoch 1/2   80%' });
    expect(result).toMatchObject({ status: 'interrupted', history: { epochs: [] } });
    expect(result.history.batches).toHaveLength(2);
    expect(result.evaluation?.examples).toBe(20);
    expect(renderReport(result)).toContain('Partial.');
  });

  it('while it tests an epoch, does not count that epoch', async () => {
    const result = await run(request({ ...tiny, testCount: 70 }, { save: 'a.json' }), { at: 'Testing 1/2   91%' });
    expect(result.status).toBe('interrupted');
    expect(result.history.batches).toHaveLength(3);
    expect(result.history.epochs).toEqual([]);
    expect(() => readFileSync(join(folder, 'a.json'))).toThrow(/ENOENT/);
  });

  it('before there are data, has nothing to tell', async () => {
    await expect(run(request(tiny), { at: 'Drawing' })).rejects.toThrow(/aborted/);
  });
});
