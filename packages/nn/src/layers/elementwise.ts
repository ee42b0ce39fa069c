import type { Shape } from '@cenote/shape';
import type { SameShape } from '@cenote/shape/types';
import {
  bernoulli,
  cast,
  type Generator,
  mul,
  relu as reluOp,
  scope,
  sigmoid as sigmoidOp,
  type Tensor,
  tanh as tanhOp,
} from '@cenote/tensor';
import { checkNumber } from '../check.js';
import { isFloatDType } from '../dtype.js';
import type { ActivationDescription, DropoutDescription } from '../layer-description.js';
import { Module, type Reach } from '../module.js';
import { type Typed, typed } from '../typed.js';

/** A layer that looks at each element on its own. */
abstract class ElementwiseModule extends Module {
  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override reach(_inputShape: Shape): Reach {
    return 'elementwise';
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** The tensor itself, in a handle that belongs to whoever asked. */
const sameValues = (x: Tensor): Tensor => cast(x, x.dtype);

const activations = { sigmoid: sigmoidOp, relu: reluOp, tanh: tanhOp, identity: sameValues };

/** A function without weights. Made by {@link sigmoid}, {@link relu}, {@link tanh} and {@link identity}. */
export class Activation extends ElementwiseModule {
  readonly #kind: ActivationDescription['kind'];

  constructor(kind: ActivationDescription['kind']) {
    super();
    this.#kind = kind;
  }

  override forward(x: Tensor): Tensor {
    return activations[this.#kind](x);
  }

  override describe(): ActivationDescription {
    return { kind: this.#kind };
  }
}

/** `1 / (1 + e^−x)`. */
export function sigmoid(): Typed<Activation, SameShape> {
  return typed(new Activation('sigmoid'));
}

/** `max(x, 0)`. */
export function relu(): Typed<Activation, SameShape> {
  return typed(new Activation('relu'));
}

/** The hyperbolic tangent. */
export function tanh(): Typed<Activation, SameShape> {
  return typed(new Activation('tanh'));
}

/** Its input: a place that another layer may take. */
export function identity(): Typed<Activation, SameShape> {
  return typed(new Activation('identity'));
}

/** Drops elements at random while training. Made by {@link dropout}. */
export class Dropout extends ElementwiseModule {
  readonly #p: number;
  readonly #generator: Generator | undefined;

  constructor(p: number, generator: Generator | undefined) {
    super();
    checkNumber('dropout', 'p', p, (value) => value >= 0 && value <= 1, 'from 0 to 1');
    this.#p = p;
    this.#generator = generator;
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.#p === 0) return sameValues(x);
    return scope(() => {
      const dtype = isFloatDType(x.dtype) ? x.dtype : 'f32';
      const kept = bernoulli(x.shape, 1 - this.#p, { dtype, device: x.device, generator: this.#generator });
      return mul(x, this.#p === 1 ? kept : mul(kept, 1 / (1 - this.#p)));
    });
  }

  override describe(): DropoutDescription {
    return { kind: 'dropout', p: this.#p };
  }
}

/**
 * While training, sets each element to 0 with probability `p`, and multiplies the others by `1 / (1 − p)`, so that the
 * mean stays. Otherwise gives its input.
 *
 * @param options.generator Where the choice comes from. Default: the one that `manualSeed` seeds.
 * @throws CenoteError `INVALID_ARGUMENT` when `p` is not a probability.
 */
export function dropout(p = 0.5, { generator }: { readonly generator?: Generator } = {}): Typed<Dropout, SameShape> {
  return typed(new Dropout(p, generator));
}
