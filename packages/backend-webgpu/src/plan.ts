import type { Layout, OpKind, OpOf } from '@cenote/backend';

/** What a binding of a step is: an input or output of the op, or temporary memory of the plan. */
export type Binding =
  | { readonly kind: 'input' | 'output'; readonly index: number }
  | { readonly kind: 'temporary'; readonly index: number; readonly write: boolean };

/** One dispatch of a compute shader. */
export interface Step {
  /**
   * The shader, without its bindings: WGSL with an entry point `main`, written against the names `in0`, `in1`, …, `out0`, …,
   * `temporary0`, … and `in0Offset()`, …: the position of a view's first element, in elements of its dtype.
   */
  readonly code: string;
  /** The storage buffers, in the order of the bindings; at most 7. */
  readonly bindings: readonly { readonly what: Binding; readonly declaration: string }[];
  /** A number that the shader reads as `number()`: what differs between calls that share a pipeline. */
  readonly number?: number;
  /** How many workgroups. */
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** How an op is computed: dispatches that run one after the other. */
export interface Plan {
  /** What the kernel is called, before the double underscore. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Sizes in bytes of memory that is needed while the kernel runs. */
  readonly temporaries?: readonly number[];
  /**
   * Whether views have to begin at a multiple of four elements, because the shaders read and write four at once. Where one does
   * not, the next plan without this condition runs instead.
   */
  readonly aligned?: boolean;
}

/** What a variant may ask of the device. */
export interface GpuFeatures {
  readonly subgroups: boolean;
  readonly halfPrecision: boolean;
  readonly maxBindingBytes: number;
  readonly maxWorkgroupsPerAxis: number;
  /** So many threads keep the device busy; with fewer, several share what one could do. */
  readonly busyThreads: number;
  /** Whether processors stand in for a GPU: what is gained by working together is lost at every barrier. */
  readonly software: boolean;
}

/** One way to compute a kind of op. The first of a list that makes a plan is chosen; the last is general. */
export interface Variant<K extends OpKind> {
  /** The plan, or `null` when this way is not for this op on these layouts. */
  plan(op: OpOf<K>, inputs: readonly Layout[], outputs: readonly Layout[], features: GpuFeatures): Plan | null;
}
