import { once } from 'node:events';
import process from 'node:process';
import type { Worker } from 'node:worker_threads';
import type { Layout } from '@cenote/backend';
import { afterEach, describe, expect, test } from 'vitest';
import { type CpuBackend, type CpuBackendOptions, cpuBackend } from '../src/index.js';

const elements = 2 ** 18;
const layout: Layout = { dtype: 'f32', shape: [elements], strides: [1] };

const opened: CpuBackend[] = [];
afterEach(async () => {
  for (const backend of opened.splice(0)) await backend[Symbol.asyncDispose]();
});

function open(options: CpuBackendOptions = {}): CpuBackend {
  const backend = cpuBackend({ shareAbove: -1, ...options });
  opened.push(backend);
  return backend;
}

/** The workers that a backend starts. */
async function startThreads(backend: CpuBackend, count: number): Promise<Worker[]> {
  const workers: Worker[] = [];
  const listen = (worker: Worker) => workers.push(worker);
  process.on('worker', listen);
  try {
    expect(await backend.startThreads(count)).toBe(count);
  } finally {
    process.off('worker', listen);
  }
  expect(workers).toHaveLength(count - 1);
  return workers;
}

function fillAndCheck(backend: CpuBackend, value: number): void {
  const buffer = backend.alloc(elements * 4);
  const kernel = backend.kernel({ kind: 'fill', value }, [], [layout]);
  if (kernel === null) throw new Error('no kernel');
  backend.run(kernel, [], [{ buffer, offset: 0 }]);
  expect(new Float32Array(backend.readSync(buffer)).every((one) => one === value)).toBe(true);
  backend.free(buffer);
}

describe('threads', () => {
  test('share the work of a call, which is complete when it returns', async () => {
    const warnings: string[] = [];
    const backend = open({ onWarning: (message) => warnings.push(message) });
    await startThreads(backend, 3);
    expect(backend.caps.threads).toBe(3);
    for (let value = 0; value < 200; value++) fillAndCheck(backend, value);
    // Work that a thread claims and leaves undone is done again: right results alone would not show it.
    expect(warnings).toEqual([]);
    expect(backend.caps.threads).toBe(3);
  });

  test('can be started again, with another number', async () => {
    const backend = open();
    const [first] = await startThreads(backend, 2);
    const ended = once(first, 'exit');
    await startThreads(backend, 4);
    await ended;
    fillAndCheck(backend, 1);
    expect(await backend.startThreads(1)).toBe(1);
    expect(backend.caps.threads).toBe(1);
    fillAndCheck(backend, 2);
  });

  test('see memory that has grown since they were started', async () => {
    const backend = open();
    await startThreads(backend, 2);
    const { heapByteLength } = backend;
    const large = backend.alloc(heapByteLength + 2 ** 25);
    expect(backend.heapByteLength).toBeGreaterThan(heapByteLength);
    for (let value = 0; value < 20; value++) fillAndCheck(backend, value);
    backend.free(large);
  });

  test('end with the backend', async () => {
    const backend = open();
    const [worker] = await startThreads(backend, 2);
    const ended = once(worker, 'exit');
    await backend[Symbol.asyncDispose]();
    await ended;
  });
});

describe('a worker that is lost', () => {
  test('while it sleeps is noticed and reported, and the work goes on', async () => {
    const warnings: string[] = [];
    const backend = open({ onWarning: (message) => warnings.push(message) });
    const [worker] = await startThreads(backend, 2);
    fillAndCheck(backend, 1);
    await worker.terminate();
    fillAndCheck(backend, 2);
    expect(backend.caps.threads).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/^cenote: a worker thread was lost\. Its work was done again/)]);
    await startThreads(backend, 2);
    fillAndCheck(backend, 3);
    expect(warnings).toHaveLength(1);
  });

  test('while a call is running never makes it hang, or its result wrong', async () => {
    const warnings: string[] = [];
    const backend = open({ onWarning: (message) => warnings.push(message) });
    for (let round = 0; round < 2; round++) {
      const [worker] = await startThreads(backend, 2);
      fillAndCheck(backend, round);
      const ended = worker.terminate();
      // Asleep, so that it is gone before the next call.
      if (round > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      // The event loop does not turn in between: that the worker is gone can only be noticed by its silence.
      for (let value = 0; value < 50; value++) fillAndCheck(backend, value);
      await ended;
      fillAndCheck(backend, -1);
      expect(backend.caps.threads).toBe(1);
    }
    expect(warnings).toHaveLength(2);
  });
});
