import type { Kernel, Layout, OpKind, OpOf, View } from '@cenote/backend';
import type { ReferenceBuffer } from './buffer.js';
import type { Workspace } from './workspace.js';

/** A view of a buffer of the reference backend. */
export type ReferenceView = View<ReferenceBuffer>;

/** What computes an op on given layouts. */
export type KernelRun = (inputs: readonly ReferenceView[], outputs: readonly ReferenceView[]) => void;

/** A kernel of the reference backend. */
export interface ReferenceKernel extends Kernel {
  readonly run: KernelRun;
}

/**
 * Makes the kernel of one kind of op, or `null` where the op does not take the dtype. Loop bounds and strides are worked
 * out here, once; scratch memory is taken from the workspace when the kernel runs.
 */
export type KernelBuilder<K extends OpKind> = (
  op: OpOf<K>,
  inputs: readonly Layout[],
  outputs: readonly Layout[],
  workspace: Workspace,
) => ReferenceKernel | null;

/**
 * A kernel with its name, which reads `dtype_op[_detail…]__reference`: `f32_pool_max__reference`.
 *
 * @param name Everything before the double underscore.
 */
export function makeKernel(name: string, run: KernelRun): ReferenceKernel {
  return { variant: `${name}__reference`, run };
}
