import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCenoteError } from 'cenote';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkpoint, loadTensor, readCheckpoint, saveTensor, writeCheckpoint } from '../src/checkpoint.js';
import { withDefaults } from '../src/settings.js';
import { fixture } from './fixture.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cenote-lenet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const weights = Float32Array.from([0, -1.5, Math.fround(0.1), 1e-40, 3e38, Number.NaN]);
const checkpoint: Checkpoint = {
  settings: withDefaults({}),
  dataDigest: 'a'.repeat(64),
  epoch: 3,
  generator: { seed: 1, stream: 2, drawn: 12_345 },
  history: { batches: [...fixture.history.batches], epochs: [...fixture.history.epochs] },
  weights: { '0.weight': saveTensor([2, 3], weights) },
  optimizer: { steps: [17], tensors: { '0.expAvg': saveTensor([0], new Float32Array()) } },
};

/** The message with which a file is refused. */
function refusal(path: string): string {
  try {
    readCheckpoint(path);
  } catch (error) {
    if (isCenoteError(error) && error.code === 'INVALID_FILE') return error.message.replaceAll(folder, '');
    throw error;
  }
  throw new Error('not refused');
}

/** Writes a checkpoint with one value changed (or left out, for `undefined`), whose digest fits. */
function forged(place: readonly (string | number)[], value: unknown): string {
  const path = join(folder, 'forged.json');
  const body: unknown = JSON.parse(JSON.stringify(checkpoint));
  let target = body as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) target = target[key] as Record<string | number, unknown>;
  target[place[place.length - 1]] = value;
  const sha256 = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  writeFileSync(path, JSON.stringify({ format: 'cenote-lenet-checkpoint', version: 1, sha256, body }));
  return path;
}

it('comes back as it was, bit for bit', () => {
  const path = join(folder, 'a.json');
  writeCheckpoint(path, checkpoint);
  const back = readCheckpoint(path);
  expect(back).toEqual(checkpoint);
  expect([...new Uint32Array(loadTensor(back.weights['0.weight']).buffer)]).toEqual([
    ...new Uint32Array(weights.buffer),
  ]);
});

it('keeps a loss that was not finite', () => {
  const path = join(folder, 'a.json');
  writeCheckpoint(path, {
    ...checkpoint,
    history: { batches: [{ epoch: 1, loss: Number.NaN, accuracy: 0 }], epochs: [] },
  });
  expect(readCheckpoint(path).history.batches[0].loss).toBeNaN();
});

describe('is refused', () => {
  it('when there is none', () => {
    expect(refusal(join(folder, 'none.json'))).toMatch(
      /^lenet: --resume \/none.json: file cannot be read\. Got ENOENT/,
    );
    expect(refusal(folder)).toContain('file cannot be read');
  });

  it('when it was cut off at any place, or a byte was changed', () => {
    const path = join(folder, 'a.json');
    writeCheckpoint(path, { ...checkpoint, history: { batches: [], epochs: [] } });
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length - 2; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      expect(refusal(path)).toContain('not a whole JSON file');
    }
    for (let at = 0; at < whole.length - 1; at += 5) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1;
      writeFileSync(path, bytes);
      expect(refusal(path)).toMatch(/JSON|not a checkpoint|damaged/);
    }
  });

  it('when it is something else', () => {
    const path = join(folder, 'a.json');
    for (const text of ['null', '[]', '7', '{}', '{"format":"cenote-lenet-checkpoint","version":2}']) {
      writeFileSync(path, text);
      expect(refusal(path)).toContain('not a checkpoint. Got checkpoint');
    }
  });

  it('when it is too large to be one', () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, Buffer.alloc(64 * 2 ** 20 + 1));
    expect(refusal(path)).toContain('too large for a checkpoint. Got 67108865 bytes; expected at most 67108864 bytes.');
  });

  it.each<readonly [place: readonly (string | number)[], value: unknown]>([
    [
      ['weights', '0.weight', 'shape'],
      [3, 3],
    ],
    [
      ['weights', '0.weight', 'shape'],
      [-2, 3],
    ],
    [
      ['weights', '0.weight', 'shape'],
      [1, 1, 1, 1, 1, 1, 1, 2, 3],
    ],
    [['weights', '0.weight', 'data'], '%%%'],
    [['weights', '0.weight', 'dtype'], 'f64'],
    [['optimizer', 'steps', 0], -1],
    [['epoch'], 1.5],
    [['epoch'], undefined],
    [['settings', 'model'], 'resnet'],
    [['settings', 'learningRate'], 0],
    [['generator', 'drawn'], 2 ** 60],
    [['dataDigest'], 'zz'],
    [['history', 'batches', 0, 'loss'], 'x'],
    [['more'], 1],
  ])('when %j is %j', (place, value) => {
    const message = refusal(forged(place, value));
    expect(message).toContain('checkpoint has wrong contents. Got checkpoint');
    expect(message).toContain(String(place[0]));
  });
});
