import { byteSize, isTimingBackend, type Kernel, type Layout, type Op } from '@cenote/backend';
import { CenoteError, elementCount } from '@cenote/shape';
import type { Device } from './device.js';
import type { Value } from './storage.js';

/** What the calls of one kernel took together. */
export interface ProfiledKernel {
  /** The device that ran it: `cpu`, `webgpu`. */
  readonly device: string;
  /** What was computed: `pool`, `matmul`. */
  readonly op: Op['kind'];
  /** Which of the device's kernels did it. */
  readonly variant: string;
  readonly calls: number;
  /** Of all calls. */
  readonly milliseconds: number;
  /** Read and written at least: the elements of all inputs and outputs, each once. */
  readonly bytes: number;
  /** `bytes` by the time; `Infinity` where the clock saw none. */
  readonly bytesPerSecond: number;
}

/** What {@link profile} found. `String(it)` is a table. */
export interface Profile<R> {
  /** What the function gave back. */
  readonly result: R;
  /** What the kernels took, those with the most time first. */
  readonly kernels: readonly ProfiledKernel[];
  /** Of all kernels together. */
  readonly milliseconds: number;
  toString(): string;
}

interface Run {
  readonly device: Device;
  readonly op: Op['kind'];
  readonly variant: string;
  readonly bytes: number;
  milliseconds: number;
}

interface Clock {
  /** Ends the timing of a device that measures by itself. */
  readonly stop: (() => Promise<readonly number[]>) | null;
  readonly runs: Run[];
}

/** Every engine has it; this package is compiled without the types of any. */
const surroundings = globalThis as unknown as { readonly performance: { now(): number } };
const now = () => surroundings.performance.now();

type RunKernel = (device: Device, op: Op, kernel: Kernel, inputs: readonly Value[], outputs: readonly Value[]) => void;

/** What measures kernels while a profile is being taken. Only {@link profile} refers to it, so that bundlers can leave it out. */
let active: RunKernel | null = null;

/** Runs a kernel, and measures it when somebody is looking. */
export const runKernel: RunKernel = (device, op, kernel, inputs, outputs) => {
  if (active === null) device.backend.run(kernel, inputs, outputs);
  else active(device, op, kernel, inputs, outputs);
};

/** Runs a kernel by the clock of its device, each of which that had work meanwhile has one. */
function measure(clocks: Map<Device, Clock>, ...[device, op, kernel, inputs, outputs]: Parameters<RunKernel>): void {
  const { backend } = device;
  let clock = clocks.get(device);
  if (clock === undefined) {
    clock = { stop: isTimingBackend(backend) ? backend.startTiming() : null, runs: [] };
    clocks.set(device, clock);
  }
  const start = now();
  backend.run(kernel, inputs, outputs);
  const milliseconds = now() - start;
  const bytes = [...inputs, ...outputs].reduce((sum, layout) => sum + bytesOf(layout), 0);
  clock.runs.push({ device, op: op.kind, variant: kernel.variant, bytes, milliseconds });
}

/** An axis that is broadcast is read once. */
function bytesOf({ dtype, shape, strides }: Layout): number {
  return elementCount(shape.filter((_, axis) => strides[axis] !== 0)) * byteSize[dtype];
}

/**
 * Lists the kernels that a function makes devices run, with their time and how fast they moved memory: on the CPU by the clock
 * of the engine, on a GPU by its own (`timestamp-query`; browsers may round it to 100 µs). Kernels of everything that runs
 * meanwhile are counted, and a GPU works on one kernel after the other, which it otherwise need not.
 *
 * @param work may be asynchronous; what it gives back is in the result, and belongs to the caller.
 * @throws CenoteError `UNSUPPORTED` on a GPU without a clock, `INVALID_ARGUMENT` within another profile; and what `work` throws.
 *
 * @example
 * ```ts
 * const { result, kernels } = await profile(() => maxPool2d(zeros([8, 64, 56, 56]), 2));
 * console.log(result.shape, kernels.map(({ op, calls }) => `${calls} × ${op}`)); // [8, 64, 28, 28] ['1 × fill', '1 × pool']
 * ```
 */
export async function profile<R>(work: () => R | Promise<R>): Promise<Profile<R>> {
  if (active !== null) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'profile',
      what: 'a profile is being taken already',
      got: 'a profile within another',
      expected: 'one at a time',
      hint: 'Wait for the other one',
    });
  }
  const clocks = new Map<Device, Clock>();
  active = (...run) => measure(clocks, ...run);
  let result: R;
  try {
    result = await work();
  } finally {
    active = null;
    for (const { stop, runs } of clocks.values()) {
      const times = await stop?.();
      if (times !== undefined) for (const [at, run] of runs.entries()) run.milliseconds = times[at];
    }
  }
  const kernels = summed([...clocks.values()].flatMap(({ runs }) => runs));
  const milliseconds = kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
  return { result, kernels, milliseconds, toString: () => table(kernels, milliseconds) };
}

function summed(runs: readonly Run[]): readonly ProfiledKernel[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.device.name} ${run.op} ${run.variant}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  const kernels = [...groups.values()].map((group): ProfiledKernel => {
    const [{ device, op, variant }] = group;
    const milliseconds = group.reduce((sum, run) => sum + run.milliseconds, 0);
    const bytes = group.reduce((sum, run) => sum + run.bytes, 0);
    const bytesPerSecond = milliseconds > 0 ? (bytes / milliseconds) * 1000 : Infinity;
    return { device: device.name, op, variant, calls: group.length, milliseconds, bytes, bytesPerSecond };
  });
  return kernels.toSorted((a, b) => b.milliseconds - a.milliseconds);
}

function table(kernels: readonly ProfiledKernel[], milliseconds: number): string {
  const rows = [
    ['kernel', 'op', 'device', 'calls', 'ms', 'GB/s'],
    ...kernels.map(({ variant, op, device, calls, milliseconds: time, bytesPerSecond }) => [
      variant,
      op,
      device,
      `${calls}`,
      time.toFixed(3),
      Number.isFinite(bytesPerSecond) ? (bytesPerSecond / 1e9).toFixed(1) : '-',
    ]),
    ['together', '', '', `${kernels.reduce((sum, { calls }) => sum + calls, 0)}`, milliseconds.toFixed(3), ''],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (text: string, column: number) =>
    column < 3 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
