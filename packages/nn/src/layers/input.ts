import type { Shape } from '@cenote/shape';
import type { ExpectShape, ShapePattern } from '@cenote/shape/types';
import { cast, type Tensor } from '@cenote/tensor';
import { assertShapeFits } from '@cenote/tensor/engine';
import type { InputDescription } from '../layer-description.js';
import { Module, type Reach } from '../module.js';
import { type Typed, typed } from '../typed.js';

/** Says what shape the input has. Made by {@link input}. */
export class Input extends Module {
  readonly #shape: ShapePattern;

  constructor(shape: ShapePattern) {
    super();
    this.#shape = [...shape];
  }

  override forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    return cast(x, x.dtype);
  }

  override outputShape(inputShape: Shape): Shape {
    assertShapeFits('input', inputShape, this.#shape);
    return inputShape;
  }

  override describe(): InputDescription {
    return { kind: 'input', shape: this.#shape };
  }

  override reach(_inputShape: Shape): Reach {
    return 'elementwise';
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/**
 * Its input, whose shape it says: put first in a `sequential`, it lets the compiler check all layers before there is a tensor.
 *
 * @param shape Null stands for any size, such as that of a batch.
 * @throws CenoteError `INVALID_SHAPE`, from its `forward`, for an input of another shape.
 *
 * @example
 * ```ts
 * const model = sequential(input([null, 1, 28, 28]), conv2d(1, 6, { kernelSize: 5 }), flatten(), linear(3456, 10));
 * ```
 */
export function input<const P extends ShapePattern>(shape: P): Typed<Input, ExpectShape<'input', P>> {
  return typed(new Input(shape));
}
