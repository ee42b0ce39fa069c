import { normalizeAxis, type Shape } from '@cenote/shape';
import type { SameShape } from '@cenote/shape/types';
import { logSoftmax as logSoftmaxOp, softmax as softmaxOp, type Tensor } from '@cenote/tensor';
import type { SoftmaxDescription } from '../layer-description.js';
import { Module } from '../module.js';
import { type Typed, typed } from '../typed.js';

/** A distribution along one axis. Made by {@link softmax} and {@link logSoftmax}. */
export class Softmax extends Module {
  readonly #description: SoftmaxDescription;

  constructor(kind: SoftmaxDescription['kind'], axis: number) {
    super();
    this.#description = { kind, axis };
  }

  override forward(x: Tensor): Tensor {
    const { kind, axis } = this.#description;
    return kind === 'softmax' ? softmaxOp(x, axis) : logSoftmaxOp(x, axis);
  }

  override outputShape(inputShape: Shape): Shape {
    const { kind, axis } = this.#description;
    normalizeAxis(kind, axis, inputShape.length);
    return inputShape;
  }

  override describe(): SoftmaxDescription {
    return this.#description;
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** `e^x` divided by its sum along `axis`, the last one by default. `crossEntropy` takes logits: it needs no such layer before. */
export function softmax(axis = -1): Typed<Softmax, SameShape> {
  return typed(new Softmax('softmax', axis));
}

/** The logarithm of {@link softmax}; `nllLoss` takes its result. */
export function logSoftmax(axis = -1): Typed<Softmax, SameShape> {
  return typed(new Softmax('logSoftmax', axis));
}
