import { cpu, type Device, fromData, type Tensor, useThreads, webgpu } from 'cenote';
import type { Timed } from './measure.js';
import { plainPool } from './plain-loops.js';
import type { Contender } from './protocol.js';
import { type BenchRow, benchInput, elementCounts, pooled } from './rows.js';

/** The devices of this browser. */
export interface Devices {
  readonly cpu: Device;
  /** Of several threads, where the page is isolated. */
  readonly threads: Device | null;
  readonly threadCount: number;
  readonly webgpu: Device | null;
}

/** Makes the devices that there can be here; what cannot be made takes no part. */
export async function openDevices(): Promise<Devices> {
  const many = cpu();
  const threadCount = await useThreads(undefined, { device: many }).catch(() => 1);
  const gpu = await webgpu().catch(() => null);
  return {
    cpu: cpu({ shared: false }),
    threads: threadCount > 1 ? many : null,
    threadCount,
    webgpu: gpu,
  };
}

/** Something to time, the answer that it gives, and what to do at the end. */
export interface Entry extends Timed {
  answer(): Promise<Float32Array>;
  dispose(): void;
}

/** The entry of a contender for a row, or null where it takes no part. */
export function entryOf(contender: Contender, bench: BenchRow, devices: Devices): Entry | null {
  if (contender === 'copy') return copyEntry(bench);
  if (contender === 'plain') return plainEntry(bench);
  const device = devices[contender === 'cenote' ? 'cpu' : contender];
  return device === null ? null : cenoteEntry(bench, device, contender === 'webgpu');
}

/** What memory can do: a copy that reads and writes as many bytes, in total, as the pooling does. */
function copyEntry(bench: BenchRow): Entry {
  const { input, output } = elementCounts(bench);
  const source = benchInput(bench).subarray(0, Math.ceil((input + output) / 2));
  const target = new Float32Array(source.length);
  return {
    call: () => target.set(source),
    answer: async () => plainAnswer(bench),
    dispose() {},
  };
}

function plainEntry(bench: BenchRow): Entry {
  const x = benchInput(bench);
  const y = new Float32Array(elementCounts(bench).output);
  return { call: () => plainPool(bench, x, y), answer: async () => plainAnswer(bench), dispose() {} };
}

/** What everyone's answer is held against. */
export function plainAnswer(bench: BenchRow): Float32Array {
  const y = new Float32Array(elementCounts(bench).output);
  plainPool(bench, benchInput(bench), y);
  return y;
}

function cenoteEntry(bench: BenchRow, device: Device, waits: boolean): Entry {
  const x: Tensor = fromData(benchInput(bench), bench.shape, { device });
  return {
    call: () => pooled(bench, x).dispose(),
    ...(waits && { finish: () => device.sync() }),
    async answer() {
      using y = pooled(bench, x);
      return y.data('f32');
    },
    dispose: () => x.dispose(),
  };
}
