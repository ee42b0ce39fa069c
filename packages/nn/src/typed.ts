import type { Shape } from '@cenote/shape';
import type { Apply, Checked, ResultShape, ShapedLayer, ShapeFunction } from '@cenote/shape/types';
import type { Tensor } from '@cenote/tensor';
import type { Module } from './module.js';

/** The `forward` of a layer of which the compiler knows what it does to shapes. */
export type Forward<out F extends ShapeFunction> = <S extends Shape>(
  x: Checked<Apply<F, S>, Tensor<S>>,
) => Tensor<ResultShape<Apply<F, S>>>;

/**
 * A layer L, together with what it does to shapes: its `forward` takes only what fits, and the compiler knows the shape of
 * what it gives.
 */
export type Typed<L extends Module, F extends ShapeFunction> = Omit<L, 'forward' | 'train' | 'eval' | '~shape'> &
  ShapedLayer<F> & {
    /** The output for an input. */
    forward: Forward<F>;
    /** Sets this module and all inside to training, or out of it. @returns This module. */
    train(mode?: boolean): Typed<L, F>;
    /** Sets this module and all inside to inference. @returns This module. */
    eval(): Typed<L, F>;
  };

/**
 * Says what a layer does to shapes. This is the only place where the compiler takes our word for it; the type tests hold it
 * against what the layers do.
 */
export function typed<F extends ShapeFunction, L extends Module>(layer: L): Typed<L, F> {
  return layer as unknown as Typed<L, F>;
}
