import { type GpuBuffer, type GpuDevice, type GpuQuerySet, mapModeRead, usage } from './gpu.js';

/** Where a compute pass writes when it began and when it ended: `GPUComputePassTimestampWrites`. */
export interface PassStamps {
  readonly querySet: GpuQuerySet;
  readonly beginningOfPassWriteIndex: number;
  readonly endOfPassWriteIndex: number;
}

/** So many passes share a set of queries, which may have 4096. */
const passesPerSet = 1024;

/** Measures passes by the clock of the GPU, whose ticks are nanoseconds. */
export class KernelClock {
  readonly #device: GpuDevice;
  readonly #sets: GpuQuerySet[] = [];
  #passes = 0;

  /** @param device has the feature `timestamp-query`. */
  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /** Places for the stamps of one more pass. */
  next(): PassStamps {
    const at = this.#passes % passesPerSet;
    if (at === 0) this.#sets.push(this.#device.createQuerySet({ type: 'timestamp', count: 2 * passesPerSet }));
    this.#passes++;
    return {
      querySet: this.#sets[this.#sets.length - 1],
      beginningOfPassWriteIndex: 2 * at,
      endOfPassWriteIndex: 2 * at + 1,
    };
  }

  /** Milliseconds of all passes, in order; they have to be submitted. Ends the clock. */
  async read(): Promise<readonly number[]> {
    const times: number[] = [];
    for (const [index, set] of this.#sets.entries()) {
      const passes = Math.min(passesPerSet, this.#passes - index * passesPerSet);
      const stamps = new BigInt64Array(await this.#resolve(set, 2 * passes));
      for (let pass = 0; pass < passes; pass++) times.push(Number(stamps[2 * pass + 1] - stamps[2 * pass]) / 1e6);
      set.destroy();
    }
    return times;
  }

  async #resolve(set: GpuQuerySet, count: number): Promise<ArrayBuffer> {
    const size = count * 8;
    const buffer = (flags: number): GpuBuffer =>
      this.#device.createBuffer({ label: 'cenote clock', size, usage: flags });
    const resolved = buffer(usage.queryResolve | usage.copySource);
    const staging = buffer(usage.mapRead | usage.copyTarget);
    try {
      const encoder = this.#device.createCommandEncoder({ label: 'cenote clock' });
      encoder.resolveQuerySet(set, 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
      this.#device.queue.submit([encoder.finish()]);
      await staging.mapAsync(mapModeRead, 0, size);
      return staging.getMappedRange(0, size).slice(0);
    } finally {
      resolved.destroy();
      staging.destroy();
    }
  }
}
