import { CenoteError, type Shape } from '@cenote/shape';
import type { CheckedLayers, SequentialShape } from '@cenote/shape/types';
import { cast, scope, type Tensor } from '@cenote/tensor';
import type { SequentialDescription } from '../layer-description.js';
import { inLayer } from '../locate-error.js';
import { Module } from '../module.js';
import type { Typed } from '../typed.js';
import { fused } from './fusible.js';

type NamedLayer = readonly [name: string, layer: Module];

/** Layers one after the other. Made by {@link sequential}. */
export class Sequential extends Module {
  /** The layers with their names, in order. */
  readonly named: readonly NamedLayer[];

  /** @param layers With their names, in order. */
  constructor(layers: readonly (readonly [name: string, layer: unknown])[]) {
    super();
    this.named = layers.map(([name, layer]) => checkedLayer(name, layer));
  }

  /** The layers, in order. */
  get layers(): readonly Module[] {
    return this.named.map(([, layer]) => layer);
  }

  /**
   * The output for an input. All shapes are checked before anything is computed. A convolution or linear layer and the
   * relu, sigmoid or tanh after it are computed as one operation.
   *
   * @throws CenoteError that says in which layer: `linear: expects 400 input features, got 256 (layer 7 of sequential)`.
   */
  override forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    return scope(() => {
      let current = x;
      for (let index = 0; index < this.named.length; index++) {
        const [name, layer] = this.named[index];
        const previous = current;
        const both = fused(layer, this.named.at(index + 1)?.[1]);
        if (both) index++;
        current = inLayer(name, () => scope(() => (both ? both(previous) : layer.forward(previous))));
        // At once, not at the end of the scope: without gradients, only two results are alive at a time.
        if (previous !== x && previous !== current) previous.dispose();
      }
      return current === x ? cast(x, x.dtype) : current;
    });
  }

  override outputShape(inputShape: Shape): Shape {
    return this.named.reduce((shape, [name, layer]) => inLayer(name, () => layer.outputShape(shape)), inputShape);
  }

  override describe(): SequentialDescription {
    return {
      kind: 'sequential',
      layers: this.named.map(([name, layer]) => ({ name, layer: layer.describe() })),
    };
  }

  override multiplyAdds(inputShape: Shape): number | null {
    let total: number | null = 0;
    let shape = inputShape;
    for (const [, layer] of this.named) {
      const count: number | null = layer.multiplyAdds(shape);
      total = total === null || count === null ? null : total + count;
      shape = layer.outputShape(shape);
    }
    return total;
  }

  override children(): readonly NamedLayer[] {
    return this.named;
  }
}

function checkedLayer(name: string, layer: unknown): NamedLayer {
  const facts = { code: 'INVALID_ARGUMENT', op: 'sequential' } as const;
  if (!(layer instanceof Module)) {
    throw new CenoteError({
      ...facts,
      what: `layer ${name} is not a layer`,
      got: typeof layer === 'function' ? 'a function' : String(layer),
      expected: 'a Module',
      hint: typeof layer === 'function' ? 'Call it: relu() rather than relu' : 'Pass layers, or one object of layers',
    });
  }
  if (name === '' || name.includes('.')) {
    throw new CenoteError({
      ...facts,
      what: 'a layer cannot have this name',
      got: `'${name}'`,
      expected: 'a name without dots, which separate the parts of parameter names',
      hint: 'Rename the layer',
    });
  }
  return [name, layer];
}

/**
 * Layers one after the other: the output of each is the input of the next. Parameters are named by the layer's position
 * (`'0.weight'`), or by the names given.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for something that is not a layer, or a name with a dot.
 *
 * @example
 * ```ts
 * const model = sequential(flatten(), linear(784, 10)); // '1.weight', '1.bias'
 * const named = sequential({ flat: flatten(), output: linear(784, 10) }); // 'output.weight', 'output.bias'
 * ```
 */
export function sequential<const L extends readonly Module[]>(
  ...layers: CheckedLayers<L>
): Typed<Sequential, SequentialShape<L>>;
export function sequential(layers: Readonly<Record<string, Module>>): Sequential;
export function sequential(...layers: readonly (Module | Readonly<Record<string, Module>>)[]): unknown {
  const [first] = layers;
  const named = layers.length === 1 && !(first instanceof Module) && typeof first === 'object' && first !== null;
  return new Sequential(Object.entries(named ? first : layers));
}
