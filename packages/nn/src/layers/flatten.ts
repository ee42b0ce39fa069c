import { flattenShape, type Shape } from '@cenote/shape';
import type { FlattenShape } from '@cenote/shape/types';
import { flatten as flattenOp, type Tensor } from '@cenote/tensor';
import type { FlattenDescription } from '../layer-description.js';
import { Module, type Reach } from '../module.js';
import { type Typed, typed } from '../typed.js';

/** Joins axes into one. Made by {@link flatten}. */
export class Flatten extends Module {
  readonly #description: FlattenDescription;

  constructor(startDim: number, endDim: number) {
    super();
    this.#description = { kind: 'flatten', startDim, endDim };
  }

  override forward(x: Tensor): Tensor {
    const { startDim, endDim } = this.#description;
    return flattenOp(x, startDim, endDim);
  }

  override outputShape(inputShape: Shape): Shape {
    const { startDim, endDim } = this.#description;
    return flattenShape('flatten', inputShape, startDim, endDim);
  }

  override describe(): FlattenDescription {
    return this.#description;
  }

  override reach(_inputShape: Shape): Reach {
    return 'elementwise';
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** Joins the axes from `startDim` to `endDim`, both included, into one: by default all but the first, which is the batch. */
export function flatten<const Start extends number = 1, const End extends number = -1>(
  startDim?: Start,
  endDim?: End,
): Typed<Flatten, FlattenShape<Start, End>> {
  return typed(new Flatten(startDim ?? 1, endDim ?? -1));
}
