import { CenoteError, formatShape, type Shape, sameShape } from '@cenote/shape';
import type { Tensor } from '@cenote/tensor';
import { isLabelDType } from '../dtype.js';

/** The label that does not count unless another one is named: PyTorch's. */
export const defaultIgnoreIndex = -100;

/** The class axis of scores `[C]` is the first, of `[N, C, …]` the second. */
export function classAxisOf(scores: Tensor): number {
  return scores.rank === 1 ? 0 : 1;
}

/** The shape of the labels that go with scores: theirs without the class axis. */
export function labelShape(scores: Tensor): Shape {
  const classAxis = classAxisOf(scores);
  return scores.shape.filter((_, axis) => axis !== classAxis);
}

/** The error for labels that have fractions. */
export function labelDTypeError(op: string, target: Tensor): CenoteError {
  return new CenoteError({
    code: 'INVALID_DTYPE',
    op,
    what: 'class labels are not whole numbers',
    got: `${target.dtype} ${formatShape(target.shape)}`,
    expected: 'i32, i64, u8 or i8',
    hint: "Make them with tensor(labels, { dtype: 'i32' })",
  });
}

/**
 * Throws unless there is one label for each place.
 *
 * @throws CenoteError `INVALID_DTYPE`, `INVALID_SHAPE`
 */
export function assertLabels(op: string, scores: Tensor, target: Tensor): void {
  if (!isLabelDType(target.dtype)) throw labelDTypeError(op, target);
  const shape = labelShape(scores);
  if (sameShape(target.shape, shape)) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'labels and scores do not fit',
    got: `labels ${formatShape(target.shape)}, scores ${formatShape(scores.shape)}`,
    expected: `labels ${formatShape(shape)}`,
    hint: 'Give one label for each place, without the class axis',
  });
}

/** What is known of labels: that all of them are classes, that some are ignored, or nothing until they are computed with. */
export type LabelRange = 'classes' | 'someIgnored' | 'unread';

/**
 * Throws for a label that is no class and not ignored, where labels can be read without waiting.
 *
 * @throws CenoteError `INVALID_ARGUMENT`
 */
export function checkLabelRange(op: string, target: Tensor, classes: number, ignoreIndex: number): LabelRange {
  if (!target.device.backend.caps.sync) return 'unread';
  let range: LabelRange = 'classes';
  for (const [position, label] of target.dataSync().entries()) {
    const number = Number(label);
    if (number === ignoreIndex) range = 'someIgnored';
    else if (!(number >= 0 && number < classes)) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'a label is out of range',
        got: `label ${number} at position ${position}`,
        expected: `from 0 to ${classes - 1}, or ignoreIndex ${ignoreIndex}`,
        hint: 'Check the labels against the number of classes',
      });
    }
  }
  return range;
}
