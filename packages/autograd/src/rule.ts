import type { DType, Shape, Tensor } from '@cenote/tensor';
import type { PrimitiveName, Primitives } from '@cenote/tensor/engine';

/** What of a primitive's call has to be kept for its gradient, by position. */
export interface Saved {
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

/** The shape and dtype of an input or output, which are always known. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a rule sees of the call that it differentiates. Tensors in it are lent. */
export interface RuleContext<N extends PrimitiveName> {
  readonly attributes: Primitives[N];
  /** Shapes and dtypes of the inputs. */
  readonly inputSpecs: readonly TensorSpec[];
  /** Which inputs need a gradient. */
  readonly needs: readonly boolean[];
  /** The gradient with respect to the first output, the only one that is ever differentiated. */
  readonly gradient: Tensor;
  /** A saved input. */
  input(position: number): Tensor;
  /** A saved output. */
  output(position: number): Tensor;
}

/**
 * How a primitive is differentiated: its vector–Jacobian product. Written with tensor operations, so that it can be
 * differentiated in turn.
 */
export interface Rule<N extends PrimitiveName> {
  /** What to save. Default: nothing. */
  saves?(attributes: Primitives[N], needs: readonly boolean[]): Saved;
  /**
   * Why there is no gradient with these attributes, or none that can be differentiated in turn (`createGraph`); null
   * where there is. Default: there always is.
   */
  refuses?(attributes: Primitives[N], createGraph: boolean): string | null;
  /** The gradient with respect to each input; null where none is needed. Results are the engine's; they may be `gradient` itself. */
  gradients(context: RuleContext<N>): readonly (Tensor | null)[];
}
