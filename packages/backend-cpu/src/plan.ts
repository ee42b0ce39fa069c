import type { Layout, OpKind, OpOf } from '@cenote/backend';

/**
 * What a kernel needs: nothing special; 128-bit vectors; or these, and to be fast the multiply–add of relaxed SIMD, which it
 * does without where the engine has none.
 */
export type Target = 'scalar' | 'simd' | 'relaxed';

/**
 * One 4-byte slot of a kernel's argument block (two for `f64`). A plain number is a 32-bit integer.
 *
 * - `input`, `output`: the address of the view's first element, with `byteOffset` added; known when the kernel runs.
 * - `temporary`: the address of one of {@link Plan.temporaries}.
 * - `table`: the address of constants, which are copied to the heap when the kernel is made and live as long as it.
 */
export type Argument =
  | number
  | Place
  | { readonly kind: 'table'; readonly data: Int32Array | Float32Array | Float64Array | Uint8Array }
  | { readonly kind: 'f32'; readonly value: number }
  | { readonly kind: 'f64'; readonly value: number };

/** An address that is known when the kernel runs. */
export interface Place {
  readonly kind: 'input' | 'output' | 'temporary';
  readonly index: number;
  readonly byteOffset: number;
}

/** The address of input `index`. */
export function input(index: number, byteOffset = 0): Argument {
  return { kind: 'input', index, byteOffset };
}

/** The address of output `index`. */
export function output(index: number, byteOffset = 0): Argument {
  return { kind: 'output', index, byteOffset };
}

/** The address of temporary memory `index` of the plan. */
export function temporary(index: number, byteOffset = 0): Argument {
  return { kind: 'temporary', index, byteOffset };
}

/** The address of constants. */
export function table(data: Int32Array | Float32Array | Float64Array | Uint8Array): Argument {
  return { kind: 'table', data };
}

/** A 32-bit float. */
export function f32(value: number): Argument {
  return { kind: 'f32', value };
}

/** A 64-bit float. It takes two slots and starts at an even one: the host inserts a slot before it where that is needed. */
export function f64(value: number): Argument {
  return { kind: 'f64', value };
}

/** One call of a WebAssembly function, which threads may share. */
export interface Step {
  /** The exported function, of the module that the variant's target is in. */
  readonly function: string;
  /** Its arguments, in the order of the slots. */
  readonly args: readonly Argument[];
  /** Into how many units the work can be divided: planes, rows, blocks of elements. */
  readonly units: number;
  /**
   * About how long the whole step takes on one thread, in nanoseconds: what is not worth the waking of a thread stays on
   * the caller.
   */
  readonly nanoseconds: number;
  /** Memory that each thread needs to itself. */
  readonly scratchBytes?: number;
}

/** One call of a function. */
export function step(
  name: string,
  args: readonly Argument[],
  units: number,
  nanoseconds: number,
  scratchBytes = 0,
): Step {
  return { function: name, args, units, nanoseconds, scratchBytes };
}

/** How an op is computed: steps that run one after the other, each when the one before is complete. */
export interface Plan {
  /** What the kernel is called, before the double underscore: `f32_maxpool2d_k2s2_nchw`. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Sizes in bytes of memory that is needed while the kernel runs. */
  readonly temporaries?: readonly number[];
}

/**
 * One way to compute a kind of op. The variants of a kind are a list, and the first that makes a plan is chosen; the last
 * is general. Which one it was is visible as `Kernel.variant`, `<plan name>__<target>`, and tests force each in turn.
 */
export interface Variant<K extends OpKind> {
  /** What the engine must have. */
  readonly target: Target;
  /** The plan, or `null` when this way is not for this op on these layouts. */
  plan(op: OpOf<K>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null;
}
