import { CenoteError, formatShape, sameShape } from '@cenote/shape';
import { cast, div, sum, type Tensor } from '@cenote/tensor';

/** What becomes of the losses of single examples: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/**
 * Losses of single examples as what was asked for. Call within a `scope`.
 *
 * @param weights By whose sum a mean is divided; the number of losses by default.
 */
export function reduced(op: string, losses: Tensor, reduction: Reduction, weights?: Tensor): Tensor {
  switch (reduction) {
    case 'none':
      return cast(losses, losses.dtype);
    case 'sum':
      return sum(losses);
    case 'mean':
      return div(sum(losses), weights ? sum(weights) : losses.size);
    default:
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'not a reduction',
        got: String(reduction),
        expected: "'mean', 'sum' or 'none'",
        hint: 'Use one of these names',
      });
  }
}

/** Throws `INVALID_SHAPE` unless the target has the shape of what it is compared with. */
export function assertSameShape(op: string, subject: string, x: Tensor, target: Tensor): void {
  if (sameShape(x.shape, target.shape)) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: `${subject} do not have the shape of the prediction`,
    got: `${formatShape(target.shape)} for ${formatShape(x.shape)}`,
    expected: formatShape(x.shape),
    hint: 'Reshape or expand one of them: nothing is broadcast here',
  });
}
