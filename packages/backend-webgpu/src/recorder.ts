import { CenoteError } from '@cenote/shape';
import type { GpuMemory } from './buffer-pool.js';
import {
  type GpuBindGroup,
  type GpuBindGroupLayout,
  type GpuBuffer,
  type GpuCommandEncoder,
  type GpuComputePass,
  type GpuComputePipeline,
  type GpuDevice,
  usage,
} from './gpu.js';
import type { PassStamps } from './kernel-clock.js';

/** A compiled dispatch. */
export interface Dispatch {
  readonly label: string;
  readonly pipeline: GpuComputePipeline;
  readonly layout: GpuBindGroupLayout;
  readonly workgroups: readonly [number, number, number];
  /** A number for the shader. */
  readonly number: number;
}

/** So many dispatches are recorded at most before they are submitted. */
const maxRecorded = 256;
/** Bytes of a dispatch's numbers: eight offsets. Dynamic offsets have to be multiples of the device's alignment. */
const slotBytes = 32;
const maxBindGroups = 4096;

/**
 * Records dispatches into one command encoder, and submits them when that is due: when something is read or waited for,
 * every {@link maxRecorded} dispatches, and at the end of the microtask. The numbers of all dispatches of a batch lie in one
 * uniform buffer, which is written once for each batch.
 */
export class Recorder {
  readonly #device: GpuDevice;
  readonly #slotStride: number;
  readonly #numbers: Uint32Array<ArrayBuffer>;
  readonly #numbersBuffer: GpuBuffer;
  /** By layout and buffers. */
  readonly #bindGroups = new Map<string, GpuBindGroup>();
  readonly #layoutIds = new WeakMap<GpuBindGroupLayout, number>();
  #encoder: GpuCommandEncoder | null = null;
  #pass: GpuComputePass | null = null;
  #recorded = 0;
  #batch = 0;
  #nextLayoutId = 1;
  #flushScheduled = false;
  #error: CenoteError | null = null;
  /** Error scopes whose answers are still to come. */
  readonly #pending = new Set<Promise<void>>();
  #labels: string[] = [];

  constructor(device: GpuDevice) {
    this.#device = device;
    this.#slotStride = Math.max(slotBytes, device.limits.minUniformBufferOffsetAlignment);
    this.#numbers = new Uint32Array((maxRecorded * this.#slotStride) / 4);
    this.#numbersBuffer = device.createBuffer({
      label: 'cenote numbers',
      size: maxRecorded * this.#slotStride,
      usage: usage.uniform | usage.copyTarget,
    });
  }

  /** The number of the batch that is being recorded. */
  get batch(): number {
    return this.#batch;
  }

  /** The first error of work that was issued, once it is known. */
  get error(): CenoteError | null {
    return this.#error;
  }

  /** Remembers an error, if it is the first. */
  latch(error: CenoteError): void {
    this.#error ??= error;
  }

  /** Records a dispatch. */
  dispatch(
    { label, pipeline, layout, workgroups, number }: Dispatch,
    memories: readonly GpuMemory[],
    offsets: readonly number[],
  ): void {
    if (this.#recorded === maxRecorded) this.flush();
    this.#pass ??= this.#openEncoder().beginComputePass({ label: 'cenote' });
    const slot = this.#recorded++;
    const word = (slot * this.#slotStride) / 4;
    this.#numbers.set(offsets, word);
    this.#numbers[word + 7] = number;
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, this.#bindGroup(layout, memories), [slot * this.#slotStride]);
    this.#pass.dispatchWorkgroups(...workgroups);
    for (const memory of memories) memory.lastBatch = this.#batch;
    if (this.#labels.at(-1) !== label) this.#labels.push(label);
  }

  /** Records a copy between buffers, in order with the dispatches. */
  copy(source: GpuBuffer, sourceOffset: number, target: GpuBuffer, targetOffset: number, size: number): void {
    const encoder = this.#openEncoder();
    this.#endPass();
    encoder.copyBufferToBuffer(source, sourceOffset, target, targetOffset, size);
  }

  /**
   * Records dispatches in a pass of their own, whose beginning and end are stamped.
   *
   * @param count at most so many dispatches.
   */
  timed(stamps: PassStamps, count: number, record: () => void): void {
    if (this.#recorded + count > maxRecorded) this.flush();
    const encoder = this.#openEncoder();
    this.#endPass();
    this.#pass = encoder.beginComputePass({ label: 'cenote', timestampWrites: stamps });
    record();
    this.#endPass();
  }

  /** Submits what was recorded. */
  flush(): void {
    if (this.#encoder === null) return;
    this.#endPass();
    if (this.#recorded > 0) {
      this.#device.queue.writeBuffer(
        this.#numbersBuffer,
        0,
        this.#numbers.buffer,
        0,
        this.#recorded * this.#slotStride,
      );
    }
    const commands = this.#encoder.finish();
    this.#encoder = null;
    this.#device.queue.submit([commands]);
    this.#recorded = 0;
    this.#batch++;
    const labels = this.#labels;
    this.#labels = [];
    this.watch(labels.join(', '), 2);
  }

  /** Waits for the answers of error scopes that were pushed, and remembers what they say. */
  watch(label: string, scopes: number): void {
    for (let scope = 0; scope < scopes; scope++) {
      const answer = this.#device.popErrorScope().then(
        (error) => {
          if (error !== null) this.latch(gpuError(label, error.message));
        },
        () => {
          // The device is lost, which is reported by itself.
        },
      );
      this.#pending.add(answer);
      answer.then(() => this.#pending.delete(answer)).catch(() => undefined);
    }
  }

  /** Resolves when the GPU has done everything, and all errors are known. */
  async settle(): Promise<void> {
    this.flush();
    await Promise.all(this.#pending);
  }

  /** Forgets the bind groups of a buffer that is no more. */
  forget(id: number): void {
    for (const key of this.#bindGroups.keys()) {
      if (key.split(',').includes(`${id}`)) this.#bindGroups.delete(key);
    }
  }

  /** Ends everything; what was recorded and not submitted is dropped. */
  dispose(): void {
    this.#endPass();
    this.#encoder = null;
    this.#bindGroups.clear();
    this.#numbersBuffer.destroy();
  }

  #openEncoder(): GpuCommandEncoder {
    if (this.#encoder === null) {
      this.#device.pushErrorScope('out-of-memory');
      this.#device.pushErrorScope('validation');
      this.#encoder = this.#device.createCommandEncoder({ label: 'cenote' });
      this.#scheduleFlush();
    }
    return this.#encoder;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    Promise.resolve()
      .then(() => {
        this.#flushScheduled = false;
        this.flush();
      })
      .catch((error: unknown) => this.latch(gpuError('submit', String(error))));
  }

  #bindGroup(layout: GpuBindGroupLayout, memories: readonly GpuMemory[]): GpuBindGroup {
    let layoutId = this.#layoutIds.get(layout);
    if (layoutId === undefined) {
      layoutId = this.#nextLayoutId++;
      this.#layoutIds.set(layout, layoutId);
    }
    let key = `L${layoutId}`;
    for (const { id } of memories) key += `,${id}`;
    const known = this.#bindGroups.get(key);
    if (known !== undefined) return known;
    if (this.#bindGroups.size >= maxBindGroups) this.#bindGroups.clear();
    const group = this.#device.createBindGroup({
      label: 'cenote',
      layout,
      entries: [
        ...memories.map(({ buffer }, binding) => ({ binding, resource: { buffer } })),
        { binding: memories.length, resource: { buffer: this.#numbersBuffer, offset: 0, size: slotBytes } },
      ],
    });
    this.#bindGroups.set(key, group);
    return group;
  }
}

/** The error for a buffer that was used after it was freed. */
export function freedError(): CenoteError {
  return new CenoteError({
    code: 'DISPOSED',
    op: 'webgpu backend',
    what: 'buffer used after it was freed',
    got: 'a freed buffer',
    expected: 'a buffer that is allocated',
    hint: 'Free a buffer only after its last use',
  });
}

/** The error for what the GPU said of earlier work. */
export function gpuError(label: string, message: string): CenoteError {
  const isMemory = /out of memory|allocat/i.test(message);
  return new CenoteError({
    code: isMemory ? 'OUT_OF_MEMORY' : 'UNSUPPORTED',
    op: label === '' ? 'webgpu backend' : label,
    what: isMemory ? 'the GPU has no memory for this' : 'the GPU refused the work',
    got: message,
    expected: 'work that it can do',
    hint: isMemory
      ? 'Dispose of tensors that are no longer used, or use a smaller batch'
      : 'Report it, with the adapter and the shapes; the cpu device can do the same work',
  });
}
