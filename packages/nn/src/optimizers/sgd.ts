import { CenoteError } from '@cenote/shape';
import { add, cast, mul, sub, type Tensor } from '@cenote/tensor';
import { checkNonNegative, checkNumber } from '../check.js';
import type { Module } from '../module.js';
import { type Hyperparameters, Optimizer, type Update } from './optimizer.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** The learning rate. */
  readonly lr: number;
  /** How much of the last direction is kept. Default: 0. */
  readonly momentum?: number;
  /** By how much of itself a gradient is made smaller before it joins the momentum. Default: 0. */
  readonly dampening?: number;
  /** Whether to look ahead along the momentum. Default: false. */
  readonly nesterov?: boolean;
  /** How much of the parameter is added to its gradient. Default: 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent. Made by {@link sgd}. */
export class Sgd extends Optimizer {
  override readonly kind = 'sgd';
  #options: Required<SgdOptions>;

  constructor(model: Module | Iterable<Tensor>, options: SgdOptions) {
    super('sgd', model);
    this.#options = completed(options);
  }

  override get options(): Required<SgdOptions> & Hyperparameters {
    return { ...this.#options };
  }

  protected override configure(options: Hyperparameters): void {
    this.#options = completed({ ...this.#options, ...options });
  }

  protected override updated({ parameter, gradient, recall, remember }: Update): Tensor {
    const { lr, momentum, dampening, nesterov, weightDecay } = this.#options;
    const slope = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
    if (momentum === 0) return sub(parameter, mul(slope, lr));
    const before = recall('momentumBuffer');
    const kept = dampening === 0 ? slope : mul(slope, 1 - dampening);
    const next = before ? add(mul(before, momentum), kept) : cast(slope, slope.dtype);
    const buffer = remember('momentumBuffer', next);
    return sub(parameter, mul(nesterov ? add(slope, mul(buffer, momentum)) : buffer, lr));
  }
}

function completed(options: SgdOptions): Required<SgdOptions> {
  const { lr, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  checkNonNegative('sgd', 'lr', lr);
  checkNonNegative('sgd', 'momentum', momentum);
  checkNumber('sgd', 'dampening', dampening, (value) => value <= 1, 'at most 1');
  checkNonNegative('sgd', 'weightDecay', weightDecay);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'sgd',
      what: 'nesterov needs momentum, and no dampening',
      got: `momentum ${momentum}, dampening ${dampening}`,
      expected: 'momentum above 0, dampening 0',
      hint: 'Correct them, or leave nesterov out',
    });
  }
  return { lr, momentum, dampening, nesterov, weightDecay };
}

/**
 * Stochastic gradient descent, as `torch.optim.SGD`: with `g` the gradient plus `weightDecay · p`, the buffer is `g` at
 * first and then `momentum · buffer + (1 − dampening) · g`, and the parameter changes by `−lr` times the buffer, or with
 * `nesterov` times `g + momentum · buffer`.
 *
 * @param model A model, or tensors that require gradients.
 * @throws CenoteError `INVALID_ARGUMENT` for numbers that are negative or not finite, or nothing to optimise.
 *
 * @example
 * ```ts
 * const optimizer = sgd(model, { lr: 0.1, momentum: 0.9 });
 * optimizer.zeroGrad();
 * crossEntropy(model.forward(images), labels).backward();
 * optimizer.step();
 * ```
 */
export function sgd(model: Module | Iterable<Tensor>, options: SgdOptions): Sgd {
  return new Sgd(model, options);
}
