import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Call, time } from '../sampler.js';
import type { Answers } from './protocol.js';

/** What the process holds, after all that can be collected was. */
async function heldMemory(collect: () => void): Promise<{ heap: number; resident: number }> {
  // Finalizers run in turns of the event loop, and give free what only a next collection finds.
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed + arrayBuffers, resident: rss };
}

/**
 * How much more memory is held after many calls than after a few.
 *
 * @param calls How many, unless the time is over before.
 * @param budget Nanoseconds.
 */
export async function memoryAfter(call: Call, calls: number, budget: number): Promise<Answers['memory']> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Compiled code, caches and pools are made by the first calls.
  await time(call, 200);
  const before = await heldMemory(collect);
  let done = 0;
  let spent = 0;
  while (done < calls && spent < budget) {
    const batch = Math.min(100, calls - done);
    spent += await time(call, batch);
    done += batch;
  }
  const after = await heldMemory(collect);
  return { calls: done, heapGrowth: after.heap - before.heap, residentGrowth: after.resident - before.resident };
}
