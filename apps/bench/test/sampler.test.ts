import { expect, it, vi } from 'vitest';
import { calibrate, sample } from '../src/sampler.js';

/** Keeps the processor busy for some nanoseconds. */
function busy(nanoseconds: number): void {
  const end = process.hrtime.bigint() + BigInt(nanoseconds);
  while (process.hrtime.bigint() < end);
}

it('repeats short calls until the clock can see them, and long ones not at all', async () => {
  const short = await calibrate(() => busy(2000), 5e6);
  expect(short.call).toBeGreaterThanOrEqual(2000);
  expect(short.iterations).toBeGreaterThan(1);
  expect(short.iterations).toBeLessThanOrEqual(250);
  let calls = 0;
  const long = await calibrate(() => {
    calls++;
    busy(3e6);
  }, 1e6);
  expect(calls).toBe(1);
  expect(long.iterations).toBe(1);
});

it('takes at least one sample, of as many calls as it was told', async () => {
  let calls = 0;
  const samples = await sample(
    () => {
      calls++;
    },
    7,
    0,
  );
  expect(samples).toHaveLength(1);
  expect(calls).toBe(7);
});

it('waits for what is asynchronous', async () => {
  const order: string[] = [];
  const [time] = await sample(
    async () => {
      order.push('begin');
      await new Promise((resolve) => setTimeout(resolve, 2));
      order.push('end');
    },
    2,
    0,
  );
  expect(order).toEqual(['begin', 'end', 'begin', 'end']);
  expect(time).toBeGreaterThan(1e6);
});

it('is not misled by a clock that goes in steps longer than a call', async () => {
  let time = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => Math.floor(time / 5000) / 200);
  try {
    const { call, iterations } = await calibrate(() => {
      time += 100;
    }, 2e6);
    expect(call).toBeGreaterThan(90);
    expect(call).toBeLessThan(110);
    expect(iterations * call).toBeGreaterThanOrEqual(500_000);
  } finally {
    clock.mockRestore();
  }
});
