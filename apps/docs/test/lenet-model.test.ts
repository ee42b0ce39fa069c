import { readFileSync } from 'node:fs';
import { getDefaultDevice } from 'cenote';
import { describe, expect, it } from 'vitest';
import { neighbour } from '../src/figures/lenet/cells.js';
import { digitPicture, emptyPicture, shifted } from '../src/figures/lenet/digit-picture.js';
import { type Cell, LenetModel } from '../src/figures/lenet/model.js';
import { samplePicture } from '../src/figures/lenet/samples.js';
import { pathOf, placed, smoothed } from '../src/figures/lenet-training/chart.js';
import {
  afterMessage,
  digitsPerSecond,
  goalOf,
  isUnderWay,
  newRun,
  type Run,
} from '../src/figures/lenet-training/run.js';
import type { FromWorker } from '../src/figures/lenet-training/worker-messages.js';

const modern = () => readFileSync(new URL('../src/figures/lenet/weights/modern.safetensors', import.meta.url));
const down = { x: 14, y: 5 };
const line = [
  { x: 14, y: 15 },
  { x: 14, y: 23 },
];

describe('LenetModel', () => {
  it('draws, takes back, clears', () => {
    using model = new LenetModel();
    model.penMove(line);
    expect(model.picture).toEqual(emptyPicture());
    model.penDown(down);
    model.penMove(line);
    expect(model.picture).toEqual(digitPicture([[down, ...line]], true));
    model.fit = false;
    expect(model.picture).toEqual(digitPicture([[down, ...line]], false));
    model.penDown({ x: 3, y: 3 });
    model.undo();
    expect(model.strokes).toEqual([[down, ...line]]);
    model.clear();
    expect(model.picture).toEqual(emptyPicture());
  });

  it('takes samples, another one each time, moves them within limits, and leaves them for a drawing', () => {
    using model = new LenetModel();
    model.takeSample(4);
    expect(model.picture).toEqual(samplePicture(4, 0));
    model.takeSample(4);
    expect(model.picture).toEqual(samplePicture(4, 1));
    model.nudge(1, -2);
    model.nudge(1, 0);
    expect(model.shift).toEqual({ right: 2, down: -2 });
    expect(model.picture).toEqual(shifted(samplePicture(4, 1), 2, -2));
    for (let step = 0; step < 20; step++) model.nudge(-1, 1);
    expect(model.shift).toEqual({ right: -14, down: 14 });
    model.penDown(down);
    expect(model.sample).toBeNull();
    expect(model.shift).toEqual({ right: 0, down: 0 });
    // A second stroke leaves the picture where it was moved to.
    model.nudge(3, 0);
    model.penDown({ x: 5, y: 5 });
    expect(model.shift.right).toBe(3);
  });

  it('has nothing to say before it has weights, and follows each change afterwards', async () => {
    const device = getDefaultDevice();
    const before = device.liveBuffers;
    const model = new LenetModel();
    const cell: Cell = { variant: 'modern', stage: 'pool1', channel: 2, row: 5, column: 6 };
    expect([model.inspection('modern'), model.valueOf(cell), model.origin('modern').kind]).toEqual([
      null,
      null,
      'none',
    ]);
    expect(await model.load(modern(), 'd2l', { kind: 'shipped' })).toBe('modern');
    expect(model.origin('modern')).toEqual({ kind: 'shipped' });
    expect(model.inspection('d2l')).toBeNull();
    model.takeSample(7);
    const first = model.inspection('modern');
    expect(first?.best).toBe(7);
    expect(model.inspection('modern')).toBe(first);
    expect(model.valueOf(cell)).toBe(first?.stages[1].values[(2 * 14 + 5) * 14 + 6]);
    expect(model.seenBy(cell)).toEqual({ rows: { start: 8, end: 14 }, columns: { start: 10, end: 16 } });
    model.takeSample(1);
    expect(model.inspection('modern')?.best).toBe(1);
    model[Symbol.dispose]();
    expect(device.liveBuffers).toBe(before);
  });
});

describe('neighbour', () => {
  const cell: Cell = { variant: 'd2l', stage: 'pool2', channel: 1, row: 4, column: 4 };
  it('walks over a map, on to the next one, and stays at the ends', () => {
    const shape = [3, 5, 5] as const;
    expect(neighbour(cell, shape, 0, -1)).toEqual({ ...cell, row: 3 });
    expect(neighbour(cell, shape, 0, 1)).toEqual(cell);
    expect(neighbour(cell, shape, 1, 0)).toEqual({ ...cell, channel: 2, column: 0 });
    expect(neighbour({ ...cell, column: 0 }, shape, -1, 0)).toEqual({ ...cell, channel: 0 });
    expect(neighbour({ ...cell, channel: 2 }, shape, 1, 0)).toEqual({ ...cell, channel: 2 });
  });
});

describe('a run', () => {
  const start = newRun({ variant: 'modern', seed: 1, learningRate: 0.002, device: 'cpu' });
  const after = (run: Run, ...messages: readonly FromWorker[]) => messages.reduce(afterMessage, run);
  const test = (step: number, accuracy: number) => ({ step, accuracy, loss: 1, seconds: step / 100 });

  it('follows what its worker tells', () => {
    const drawn = after(start, { kind: 'digits', done: 250, total: 1000 });
    expect([drawn.phase, drawn.drawn]).toEqual(['drawing', 0.25]);
    const begun = after(drawn, { kind: 'begin', steps: 100, device: 'cpu', threads: 2 });
    expect([begun.phase, begun.steps, begun.threads]).toEqual(['training', 100, 2]);
    const trained = after(
      begun,
      { kind: 'points', batches: [{ step: 1, loss: 2.3, accuracy: 0.1 }], tests: [] },
      { kind: 'points', batches: [], tests: [test(40, 0.9), test(80, 0.96), test(100, 0.94)] },
    );
    expect(goalOf(begun)).toBeNull();
    expect(goalOf(trained)?.step).toBe(80);
    expect(digitsPerSecond(trained)).toBe(3200);
    expect(digitsPerSecond(begun)).toBeNull();
    expect(isUnderWay(trained)).toBe(true);
    const ended = after(trained, { kind: 'end', complete: true, seconds: 12 });
    expect([ended.phase, ended.seconds, isUnderWay(ended)]).toEqual(['complete', 12, false]);
    expect(after(trained, { kind: 'end', complete: false, seconds: 12 }).phase).toBe('stopped');
    expect(after(trained, { kind: 'failed', message: 'no' })).toMatchObject({ phase: 'failed', error: 'no' });
  });

  it('stays paused when it was paused before it began', () => {
    const paused: Run = { ...start, phase: 'paused' };
    expect(after(paused, { kind: 'begin', steps: 9, device: 'cpu', threads: 1 }).phase).toBe('paused');
  });
});

describe('curves', () => {
  const points = [0, 2, 4, 6].map((y, x) => ({ x, y }));
  it('are smoothed by the mean of the last points', () => {
    expect(smoothed(points, 2).map(({ y }) => y)).toEqual([0, 1, 3, 5]);
    expect(smoothed([], 3)).toEqual([]);
  });

  it('are paths from the upper left, and end at the edge of the frame', () => {
    const frame = { width: 300, height: 100, x: [0, 3], y: [0, 4] } as const;
    expect(pathOf(points.slice(0, 3), frame)).toBe('M0.0 100.0L100.0 50.0L200.0 0.0');
    expect(placed({ x: 9, y: 9 }, frame)).toEqual({ x: 300, y: 0 });
    expect(pathOf([], frame)).toBe('');
  });
});
