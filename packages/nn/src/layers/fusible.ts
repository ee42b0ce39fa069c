import type { Tensor } from '@cenote/tensor';
import type { ActivationFn } from '@cenote/tensor/engine';
import { Module } from '../module.js';
import { Activation } from './elementwise.js';

/**
 * A layer whose operation can apply an activation to its result, without another pass over memory. `sequential` makes use
 * of it where such an activation follows.
 */
export abstract class Fusible extends Module {
  override forward(x: Tensor): Tensor {
    return this.activated(x, undefined);
  }

  /** What `forward` gives, and then the activation, if any. */
  abstract activated(x: Tensor, activation: ActivationFn | undefined): Tensor;
}

/**
 * Both layers as one function, when the first can apply the second to its result. Not when either has a `forward` of its
 * own, in a derived class or on the object: that one is to be called.
 */
export function fused(layer: Module, next: Module | undefined): ((x: Tensor) => Tensor) | null {
  if (!(layer instanceof Fusible) || layer.forward !== Fusible.prototype.forward) return null;
  if (!(next instanceof Activation) || next.forward !== Activation.prototype.forward) return null;
  const { kind } = next.describe();
  return kind === 'identity' ? null : (x) => layer.activated(x, kind);
}
