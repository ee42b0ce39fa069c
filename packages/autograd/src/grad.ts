import { CenoteError, formatShape, type Tensor, zerosLike } from '@cenote/tensor';
import { destinationOf, propagate } from './propagate.js';

/** Options of {@link grad}. */
export interface GradOptions {
  /** The gradient with respect to each output; may be left out for outputs of one element. */
  readonly gradOutputs?: readonly (Tensor | undefined)[];
  /** Record the gradient's own computation, so that it can be differentiated too. Default: false. */
  readonly createGraph?: boolean;
  /** Keep what the graph saved, so that it can be gone through again. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Give zeros for inputs that the outputs do not depend on, instead of refusing. Default: false. */
  readonly allowUnused?: boolean;
}

/**
 * The gradients of the sum of the outputs with respect to the inputs, returned rather than collected in `grad`.
 *
 * @param outputs One tensor, or several.
 * @param inputs Leaves or intermediate results that the outputs were computed from.
 * @returns One tensor for each input, of its shape; they belong to the caller.
 * @throws CenoteError `NOT_DIFFERENTIABLE` when nothing was recorded, or an input was not used (see `allowUnused`).
 *
 * @example
 * ```ts
 * const x = tensor([2, 3], { requiresGrad: true });
 * const [slope] = grad(x.square().sum(), [x]); // [4, 6]
 * ```
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  const { gradOutputs = [], createGraph = false, retainGraph = createGraph, allowUnused = false } = options;
  const list = isList(outputs) ? outputs : [outputs];
  const destinations = inputs.map((input) => destinationOf('grad', input));
  const arrivals = new Map(
    propagate({
      op: 'grad',
      outputs: list,
      gradients: list.map((_, index) => gradOutputs[index]),
      wanted: new Set(destinations),
      retainGraph,
      createGraph,
    }),
  );
  const taken = new Set<Tensor>();
  return inputs.map((input, index) => {
    const arrived = arrivals.get(destinations[index]);
    if (arrived) {
      if (taken.has(arrived)) return arrived.alias();
      taken.add(arrived);
      return arrived;
    }
    if (allowUnused) return zerosLike(input);
    for (const other of arrivals.values()) other.dispose();
    throw new CenoteError({
      code: 'NOT_DIFFERENTIABLE',
      op: 'grad',
      what: `the outputs do not depend on input ${index}`,
      got: `a tensor of shape ${formatShape(input.shape)} that was not used`,
      expected: 'inputs that the outputs were computed from',
      hint: 'Leave it out, or pass allowUnused: true for zeros',
    });
  });
}

function isList(value: Tensor | readonly Tensor[]): value is readonly Tensor[] {
  return Array.isArray(value);
}
