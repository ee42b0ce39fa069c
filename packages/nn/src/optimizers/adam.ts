import { add, div, mul, sqrt, square, sub, type Tensor } from '@cenote/tensor';
import { checkNonNegative, checkNumber } from '../check.js';
import type { Module } from '../module.js';
import { type Hyperparameters, Optimizer, type Update } from './optimizer.js';

/** Options of {@link adam} and {@link adamW}. */
export interface AdamOptions {
  /** The learning rate. Default: 0.001. */
  readonly lr?: number;
  /** How much of the mean, and of the mean square, of earlier gradients is kept. Default: `[0.9, 0.999]`. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square. Default: 1e-8. */
  readonly eps?: number;
  /** How much the parameter decays: through its gradient (Adam), or apart from it (AdamW). Default: 0; AdamW 0.01. */
  readonly weightDecay?: number;
}

/** Adam and AdamW. Made by {@link adam} and {@link adamW}. */
export class Adam extends Optimizer {
  override readonly kind: 'adam' | 'adamW';
  #options: Required<AdamOptions>;

  constructor(kind: 'adam' | 'adamW', model: Module | Iterable<Tensor>, options: AdamOptions) {
    super(kind, model);
    this.kind = kind;
    this.#options = completed(kind, options);
  }

  override get options(): Required<AdamOptions> & Hyperparameters {
    return { ...this.#options };
  }

  protected override configure(options: Hyperparameters): void {
    this.#options = completed(this.kind, { ...this.#options, ...options });
  }

  protected override updated({ parameter, gradient, step, recall, remember }: Update): Tensor {
    const { lr, betas, eps, weightDecay } = this.#options;
    const [beta1, beta2] = betas;
    const decays = weightDecay !== 0;
    const slope = decays && this.kind === 'adam' ? add(gradient, mul(parameter, weightDecay)) : gradient;
    const start = decays && this.kind === 'adamW' ? mul(parameter, 1 - lr * weightDecay) : parameter;
    const mean = remember('expAvg', moved(recall('expAvg'), slope, beta1));
    const meanSquare = remember('expAvgSq', moved(recall('expAvgSq'), square(slope), beta2));
    const root = add(mul(sqrt(meanSquare), 1 / Math.sqrt(1 - beta2 ** step)), eps);
    return sub(start, div(mul(mean, lr / (1 - beta1 ** step)), root));
  }
}

/** An exponential moving average that started at 0. */
function moved(average: Tensor | undefined, value: Tensor, beta: number): Tensor {
  const added = mul(value, 1 - beta);
  return average ? add(mul(average, beta), added) : added;
}

function completed(op: 'adam' | 'adamW', options: AdamOptions): Required<AdamOptions> {
  const { lr = 0.001, betas = [0.9, 0.999], eps = 1e-8, weightDecay = op === 'adamW' ? 0.01 : 0 } = options;
  checkNonNegative(op, 'lr', lr);
  for (const beta of betas) checkNumber(op, 'betas', beta, (value) => value >= 0 && value < 1, 'from 0, below 1');
  checkNonNegative(op, 'eps', eps);
  checkNonNegative(op, 'weightDecay', weightDecay);
  return { lr, betas, eps, weightDecay };
}

/**
 * Adam (Kingma and Ba, 2015), as `torch.optim.Adam`: the parameter changes by
 * `−lr · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + eps)`, where `m` and `v` are moving averages of the gradient and its square.
 *
 * @param model A model, or tensors that require gradients.
 * @throws CenoteError `INVALID_ARGUMENT` for numbers out of range, or nothing to optimise.
 */
export function adam(model: Module | Iterable<Tensor>, options: AdamOptions = {}): Adam {
  return new Adam('adam', model, options);
}

/**
 * Adam with decay apart from the gradient (Loshchilov and Hutter, 2019), as `torch.optim.AdamW`: the parameter is first
 * multiplied by `1 − lr · weightDecay`.
 *
 * @param model A model, or tensors that require gradients.
 * @throws CenoteError `INVALID_ARGUMENT` for numbers out of range, or nothing to optimise.
 */
export function adamW(model: Module | Iterable<Tensor>, options: AdamOptions = {}): Adam {
  return new Adam('adamW', model, options);
}
