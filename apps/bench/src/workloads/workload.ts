/** Where the channels are. `blocked` is what oneDNN likes best: channels in groups as wide as a register. */
export type Layout = 'channelsFirst' | 'channelsLast' | 'blocked';

/** Which taps an output sees. Arrays have one entry per spatial axis. */
export type Window =
  | {
      readonly kind: 'sliding';
      readonly kernel: readonly number[];
      readonly stride: readonly number[];
      /** On both sides. Never part of a maximum, and not counted by an average: the one rule that all peers can follow. */
      readonly padding: readonly number[];
    }
  | { readonly kind: 'adaptive'; readonly output: readonly number[] }
  | { readonly kind: 'global' };

/** Pooling, or its gradient alone. */
export interface PoolWorkload {
  readonly kind: 'pool';
  readonly fn: 'max' | 'avg';
  readonly pass: 'forward' | 'backward';
  /** Batch, channels and 1 to 3 spatial axes, whatever the layout. */
  readonly input: readonly number[];
  readonly window: Window;
}

/** `[rows, inner] · [inner, columns]`. */
export interface GemmWorkload {
  readonly kind: 'gemm';
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** LeNet as in Dive into Deep Learning, on 28 × 28 pictures: logits, or a whole step of training. */
export interface LenetWorkload {
  readonly kind: 'lenet';
  readonly pass: 'inference' | 'training';
  readonly batch: number;
}

/** What is computed, as plain data: every peer, in whatever language, is told exactly this. */
export type Workload = PoolWorkload | GemmWorkload | LenetWorkload;

/** The taps of each output along one axis: from `starts[o]` up to, not including, `ends[o]`, all inside the input. */
export interface AxisWindows {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** The windows of a pooling along each spatial axis. Written here once more, so that Cenote is not its own judge. */
export function windowsOf({ input, window }: PoolWorkload): AxisWindows[] {
  return input.slice(2).map((size, axis) => {
    if (window.kind === 'global') return { starts: Int32Array.of(0), ends: Int32Array.of(size) };
    if (window.kind === 'adaptive') {
      const outputs = Array.from({ length: window.output[axis] }, (_, output) => output);
      return {
        starts: Int32Array.from(outputs, (output) => Math.floor((output * size) / outputs.length)),
        ends: Int32Array.from(outputs, (output) => Math.ceil(((output + 1) * size) / outputs.length)),
      };
    }
    const [kernel, stride, padding] = [window.kernel[axis], window.stride[axis], window.padding[axis]];
    const count = Math.floor((size + 2 * padding - kernel) / stride) + 1;
    const firsts = Array.from({ length: count }, (_, output) => output * stride - padding);
    return {
      starts: Int32Array.from(firsts, (first) => Math.max(0, first)),
      ends: Int32Array.from(firsts, (first) => Math.min(size, first + kernel)),
    };
  });
}

/** The pooled shape: batch, channels, spatial axes. */
export function pooledShape(workload: PoolWorkload): number[] {
  return [workload.input[0], workload.input[1], ...windowsOf(workload).map(({ starts }) => starts.length)];
}

/** How many elements a shape has. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * How many elements the result has. A training step's is the parameters after it, for the check.
 */
export function resultElements(workload: Workload): number {
  switch (workload.kind) {
    case 'pool':
      return elementsOf(workload.pass === 'backward' ? workload.input : pooledShape(workload));
    case 'gemm':
      return workload.rows * workload.columns;
    case 'lenet':
      return workload.pass === 'training' ? lenetParameterCount : workload.batch * 10;
  }
}

/** How many parameters the LeNet has. */
export const lenetParameterCount = 61_706;

/** Bytes of what goes in and what comes out: what any implementation has to touch. Null where that is not the limit. */
export function touchedBytes(workload: Workload): number | null {
  if (workload.kind !== 'pool') return null;
  // Forward: x and y. Backward: the gradients of both, the same sizes.
  return 4 * (elementsOf(workload.input) + elementsOf(pooledShape(workload)));
}

/** Multiplications and additions of a call; null where they are not the limit. */
export function floatOperations(workload: Workload): number | null {
  switch (workload.kind) {
    case 'pool':
      return null;
    case 'gemm':
      return 2 * workload.rows * workload.inner * workload.columns;
    case 'lenet':
      // Multiply–adds of the summary in @cenote/nn; the gradients of weights and inputs cost as much again, each.
      return 2 * 416_520 * workload.batch * (workload.pass === 'training' ? 3 : 1);
  }
}

/** How much work a plain implementation has, in taps or multiply–adds: for guesses of how long a slow peer will take. */
export function plainWork(workload: Workload): number {
  if (workload.kind !== 'pool') return floatOperations(workload) ?? 0;
  const taps = windowsOf(workload).reduce(
    (product, { starts, ends }) => product * ends.reduce((sum, end, output) => sum + end - starts[output], 0),
    1,
  );
  return workload.input[0] * workload.input[1] * taps;
}
