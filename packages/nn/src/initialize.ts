import { type Generator, noGrad, type Tensor } from '@cenote/tensor';
import { type Fans, fansOf, type Initializer } from './init.js';
import type { Module } from './module.js';

/** Which parameters get new values; those without an initialiser keep theirs. */
export interface InitializationScheme {
  /** For parameters of two axes and more. */
  readonly weight?: Initializer;
  /** For the others, in modules that have a weight. */
  readonly bias?: Initializer;
}

/**
 * Gives the parameters of a model new first values.
 *
 * @param scheme For weights and biases; an initialiser alone is for the weights.
 * @param options.generator Where random numbers come from. Default: the one that `manualSeed` seeds.
 *
 * @example
 * ```ts
 * initialize(model, init.xavierUniform(), { generator: generator(1) });
 * initialize(model, { weight: init.kaimingNormal(), bias: init.constant(0) });
 * ```
 */
export function initialize(
  model: Module,
  scheme: Initializer | InitializationScheme,
  { generator }: { readonly generator?: Generator } = {},
): void {
  const chosen = typeof scheme === 'function' ? { weight: scheme } : scheme;
  for (const [, module] of model.namedModules()) {
    const parameters = module.ownParameters().map(([, parameter]) => parameter);
    const weights = parameters.filter(({ rank }) => rank >= 2);
    if (weights.length === 0) continue;
    const fans = fansOf(weights[0].shape);
    for (const parameter of parameters) {
      if (parameter.rank >= 2) replace(parameter, chosen.weight, fansOf(parameter.shape), generator);
      else replace(parameter, chosen.bias, fans, generator);
    }
  }
}

function replace(parameter: Tensor, initializer: Initializer | undefined, fans: Fans, generator?: Generator): void {
  if (!initializer) return;
  const { dtype, device, shape } = parameter;
  const values = noGrad(() => initializer(shape, fans, { dtype, device, generator }));
  parameter.assign(values);
  values.dispose();
}
