import { CenoteError, formatShape, linearCost, type Shape } from '@cenote/shape';
import type { LinearShape } from '@cenote/shape/types';
import { linear as linearOp, type Tensor } from '@cenote/tensor';
import type { ActivationFn } from '@cenote/tensor/engine';
import { checkInteger } from '../check.js';
import type { LinearDescription } from '../layer-description.js';
import { type Typed, typed } from '../typed.js';
import { Fusible } from './fusible.js';
import { createParameters, type ParameterOptions } from './parameters.js';

/** `x · weightᵀ + bias` over the last axis. Made by {@link linear}. */
export class Linear extends Fusible {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly #description: LinearDescription;

  constructor(inFeatures: number, outFeatures: number, options: ParameterOptions) {
    super();
    checkInteger('linear', 'inFeatures', inFeatures, 1);
    checkInteger('linear', 'outFeatures', outFeatures, 1);
    this.#description = { kind: 'linear', inFeatures, outFeatures, bias: options.bias ?? true };
    const parameters = createParameters([outFeatures, inFeatures], options);
    this.weight = parameters.weight;
    this.bias = parameters.bias;
  }

  override activated(x: Tensor, activation: ActivationFn | undefined): Tensor {
    this.outputShape(x.shape);
    return linearOp(x, this.weight, this.bias, { activation });
  }

  override outputShape(inputShape: Shape): Shape {
    const { inFeatures, outFeatures } = this.#description;
    const features = inputShape.at(-1);
    if (features !== inFeatures) {
      throw new CenoteError({
        code: 'INVALID_SHAPE',
        op: 'linear',
        what: `expects ${inFeatures} input features, got ${features ?? 'a scalar'}`,
        got: `input ${formatShape(inputShape)}`,
        expected: `${inFeatures} on the last axis`,
        hint: 'Correct inFeatures, or flatten the input first',
      });
    }
    return [...inputShape.slice(0, -1), outFeatures];
  }

  override describe(): LinearDescription {
    return this.#description;
  }

  override multiplyAdds(inputShape: Shape): number {
    this.outputShape(inputShape);
    return linearCost(inputShape, this.weight.shape).multiplyAdds;
  }
}

/**
 * A fully connected layer: `[…, inFeatures]` to `[…, outFeatures]`. Weight `[outFeatures, inFeatures]` and bias start as
 * in PyTorch.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for features that are not positive whole numbers.
 */
export function linear<const In extends number, const Out extends number>(
  inFeatures: In,
  outFeatures: Out,
  options: ParameterOptions = {},
): Typed<Linear, LinearShape<In, Out>> {
  return typed(new Linear(inFeatures, outFeatures, options));
}
