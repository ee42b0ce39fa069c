import type { ActivationFn, BinaryFn, IndexKind, PoolFn, ReduceFn, UnaryFn } from '@cenote/backend';
import { CenoteError, type Shape, type WindowGeometry } from '@cenote/shape';
import type { Tensor } from './tensor.js';

/**
 * The differentiable operations that everything else is made of, with their attributes. An engine for automatic
 * differentiation has one rule for each; adding one here makes it fail to compile until it has.
 */
export interface Primitives {
  /** `[x] → [y]`: another shape over the same elements. */
  reshape: { readonly shape: Shape };
  /** `[x] → [y]`: output axis `i` is input axis `axes[i]`. */
  permute: { readonly axes: readonly number[] };
  /** `[x] → [y]`: axes of size 1 repeated, new ones in front. */
  expand: { readonly shape: Shape };
  /** `[x] → [y]`: from `start`, `size` elements `step` apart, per axis. */
  slice: { readonly start: Shape; readonly size: Shape; readonly step: Shape };
  /** `[x] → [y]`: `value` around the elements and, `interior` of them, between. */
  pad: { readonly low: Shape; readonly high: Shape; readonly interior: Shape; readonly value: number };
  /** `[…x] → [y]`: one after the other along `axis`. */
  concat: { readonly axis: number };
  /** `[x] → [y]`: a copy, perhaps of another dtype. */
  copy: Record<never, never>;
  unary: { readonly fn: UnaryFn };
  binary: { readonly fn: BinaryFn };
  /** `[condition, a, b] → [y]` */
  where: Record<never, never>;
  reduce: { readonly fn: ReduceFn; readonly axes: readonly number[] };
  /** `[a, b] → [y]`: `(M, K) · (K, N)`, or batches of them, `(B, M, K) · (B, K, N)`. */
  matmul: Record<never, never>;
  /** `[x: (M, I), weight: (O, I), bias?: (O)] → [y: (M, O)]` */
  linear: { readonly activation: ActivationFn | undefined };
  /** `[x, weight, bias?] → [y]` */
  conv: { readonly geometry: WindowGeometry; readonly groups: number; readonly activation: ActivationFn | undefined };
  convGradInput: { readonly geometry: WindowGeometry; readonly groups: number };
  convGradWeight: { readonly geometry: WindowGeometry; readonly groups: number };
  /** `[x] → [y, indices?]` */
  pool: { readonly pool: PoolFn; readonly geometry: WindowGeometry; readonly indices: IndexKind };
  poolGrad: { readonly pool: PoolFn; readonly geometry: WindowGeometry; readonly indices: IndexKind };
  softmax: { readonly axis: number; readonly log: boolean };
  /** `[x, index] → [y]` */
  gather: { readonly axis: number };
  /** `[index, source] → [y]` */
  scatterAdd: { readonly axis: number };
  /** `[index, source] → [y]` */
  scatter: { readonly axis: number };
}

/** The name of a differentiable operation. */
export type PrimitiveName = keyof Primitives;

/** One differentiable operation that was just computed. Inputs and outputs are lent for the call, not given. */
export interface PrimitiveCall<N extends PrimitiveName = PrimitiveName> {
  readonly name: N;
  readonly attributes: Primitives[N];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** A recorded operation, as an engine keeps it; reference-counted, because what it saved occupies memory. */
export interface GradientNode {
  retain(): void;
  release(): void;
}

/** Where the gradient of a leaf is collected. */
export interface GradientCell {
  readonly kind: 'leaf';
  grad: Tensor | null;
}

/** The recorded operation that made a tensor, as its first output; a second one holds positions, which have no gradient. */
export interface NodeOutput {
  readonly kind: 'node';
  readonly node: GradientNode;
}

/** Where a tensor that takes part in differentiation comes from. */
export type GradientOrigin = GradientCell | NodeOutput;

/** How {@link Tensor.backward} treats the graph. */
export interface BackwardOptions {
  /** Keep what the graph saved, so that it can be gone through again. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the gradient's own computation, so that it can be differentiated too. Default: false. */
  readonly createGraph?: boolean;
}

/** What a differentiation package gives to the tensor core: see {@link installGradientEngine}. */
export interface GradientEngine {
  /** Called after each primitive of which an input takes part in differentiation, unless within `noGrad`. */
  record<N extends PrimitiveName>(call: PrimitiveCall<N>): void;
  /** What `tensor.backward()` does. */
  backward(tensor: Tensor, gradient: Tensor | undefined, options: BackwardOptions): void;
}

let engine: GradientEngine | null = null;
let enabled = true;

/** Plugs a differentiation engine into the tensor core. `@cenote/autograd` does so when it is imported. */
export function installGradientEngine(installed: GradientEngine): void {
  engine = installed;
}

/**
 * The installed engine.
 *
 * @throws `NOT_DIFFERENTIABLE` when there is none.
 */
export function gradientEngine(op: string): GradientEngine {
  if (engine) return engine;
  throw new CenoteError({
    code: 'NOT_DIFFERENTIABLE',
    op,
    what: 'automatic differentiation is not loaded',
    got: 'no engine',
    expected: 'one',
    hint: "Import from 'cenote', or add import '@cenote/autograd'",
  });
}

/** Whether operations are recorded at the moment: true, except within {@link noGrad}. */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `body` without recording operations for differentiation: for inference, metrics and updates of parameters.
 * `body` must be synchronous.
 *
 * @example
 * ```ts
 * const prediction = noGrad(() => model.forward(images));
 * ```
 */
export function noGrad<T>(body: () => T): T {
  return withGradMode(false, body);
}

/** Runs `body` with recording on or off, as {@link noGrad} and, within it, its opposite. */
export function withGradMode<T>(mode: boolean, body: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    return body();
  } finally {
    enabled = before;
  }
}

/** Tells the engine of a primitive that was just computed, when one of its inputs takes part in differentiation. */
export function recordPrimitive<N extends PrimitiveName>(
  name: N,
  attributes: Primitives[N],
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): void {
  if (!engine || !willRecord(inputs)) return;
  engine.record({ name, attributes, inputs, outputs });
}

/** Whether a primitive of these inputs would be recorded now. */
export function willRecord(inputs: readonly Tensor[]): boolean {
  if (!enabled || engine === null) return false;
  for (const input of inputs) if (input.requiresGrad) return true;
  return false;
}
