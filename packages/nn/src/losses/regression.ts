import { abs, scope, square, sub, type Tensor } from '@cenote/tensor';
import { assertSameShape, type Reduction, reduced } from './reduction.js';

/** Options of {@link mseLoss} and {@link l1Loss}. */
export interface RegressionLossOptions {
  /** Default: `mean`, over all elements. */
  readonly reduction?: Reduction;
}

/**
 * The squared error, `(prediction − target)²`.
 *
 * @param target The shape of the prediction; nothing is broadcast.
 * @throws CenoteError `INVALID_SHAPE`
 */
export function mseLoss(
  prediction: Tensor,
  target: Tensor,
  { reduction = 'mean' }: RegressionLossOptions = {},
): Tensor {
  assertSameShape('mseLoss', 'the targets', prediction, target);
  return scope(() => reduced('mseLoss', square(sub(prediction, target)), reduction));
}

/**
 * The absolute error, `|prediction − target|`.
 *
 * @param target The shape of the prediction; nothing is broadcast.
 * @throws CenoteError `INVALID_SHAPE`
 */
export function l1Loss(prediction: Tensor, target: Tensor, { reduction = 'mean' }: RegressionLossOptions = {}): Tensor {
  assertSameShape('l1Loss', 'the targets', prediction, target);
  return scope(() => reduced('l1Loss', abs(sub(prediction, target)), reduction));
}
