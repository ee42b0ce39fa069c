import { CenoteError, formatShape, sameShape } from '@cenote/shape';
import {
  add,
  cast,
  eq,
  flatten,
  full,
  gather,
  ge,
  indexSelect,
  logicalAnd,
  logSoftmax,
  lt,
  mul,
  neg,
  reshape,
  scope,
  squeeze,
  sum,
  type Tensor,
  unsqueeze,
  where,
} from '@cenote/tensor';
import { checkNumber } from '../check.js';
import { isFloatDType } from '../dtype.js';
import {
  assertLabels,
  checkLabelRange,
  classAxisOf,
  defaultIgnoreIndex,
  type LabelRange,
  labelDTypeError,
  labelShape,
} from './labels.js';
import { assertSameShape, type Reduction, reduced } from './reduction.js';

/** Options of {@link nllLoss}. */
export interface NllLossOptions {
  /** How much each class counts, shape `[C]`. Default: all the same. */
  readonly weight?: Tensor;
  /** Examples with this label do not count. Default: −100. */
  readonly ignoreIndex?: number;
  /** `mean` divides by the sum of the examples' weights. Default: `mean`. */
  readonly reduction?: Reduction;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** How much of the target is spread over all classes, from 0 to 1. Default: 0. */
  readonly labelSmoothing?: number;
}

/**
 * How far logits are from the right classes: the negative logarithm of the softmax at the label, as in PyTorch's
 * `cross_entropy`.
 *
 * @param logits `[N, C]`, `[C]`, or `[N, C, …]` with a label for each place; `f32` or `f64`.
 * @param target Labels from 0 to C − 1 of shape `[N]`, `[]`, `[N, …]` (`i32`, `i64`, `u8`, `i8`); or probabilities with
 * the shape and dtype of the logits. `ignoreIndex` is for labels only.
 * @returns A scalar, or with `reduction: 'none'` one loss for each label.
 * @throws CenoteError `INVALID_SHAPE`, `INVALID_DTYPE`, `INVALID_ARGUMENT` when these do not fit; a label out of range is
 * an `INVALID_ARGUMENT` on devices that can be read without waiting, and makes the loss NaN on others.
 *
 * @example
 * ```ts
 * const loss = crossEntropy(model.forward(images), labels, { labelSmoothing: 0.1 });
 * loss.backward();
 * ```
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const op = 'crossEntropy';
  const { labelSmoothing = 0, reduction = 'mean', weight } = options;
  checkNumber(op, 'labelSmoothing', labelSmoothing, (value) => value >= 0 && value <= 1, 'from 0 to 1');
  assertScores(op, logits, weight);
  const classAxis = classAxisOf(logits);
  const classes = logits.shape[classAxis];
  if (isFloatDType(target.dtype)) {
    assertProbabilities(op, logits, target);
    return scope(() => {
      const smoothed = labelSmoothing > 0 ? add(mul(target, 1 - labelSmoothing), labelSmoothing / classes) : target;
      const losses = weightedSum(mul(logSoftmax(logits, classAxis), smoothed), classAxis, weight);
      return reduced(op, losses, reduction);
    });
  }
  assertLabels(op, logits, target);
  const range = checkLabelRange(op, target, classes, options.ignoreIndex ?? defaultIgnoreIndex);
  return scope(() => {
    const logProbabilities = logSoftmax(logits, classAxis);
    const picked = pickLosses(logProbabilities, target, range, options);
    if (labelSmoothing === 0) return reduced(op, picked.losses, reduction, picked.weights);
    const all = weightedSum(logProbabilities, classAxis, weight);
    const spread = picked.ignored ? where(picked.ignored, 0, all) : all;
    const losses = add(mul(picked.losses, 1 - labelSmoothing), mul(spread, labelSmoothing / classes));
    return reduced(op, losses, reduction, picked.weights);
  });
}

/**
 * The negative log likelihood: minus the value at the label, as in PyTorch's `nll_loss`. For the result of `logSoftmax`;
 * {@link crossEntropy} does both in one.
 *
 * @param logProbabilities `[N, C]`, `[C]`, or `[N, C, …]`; `f32` or `f64`.
 * @param target Labels from 0 to C − 1 of shape `[N]`, `[]`, `[N, …]`; a whole-number dtype.
 * @returns A scalar, or with `reduction: 'none'` one loss for each label.
 * @throws CenoteError As {@link crossEntropy}.
 */
export function nllLoss(logProbabilities: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  const { reduction = 'mean', ignoreIndex = defaultIgnoreIndex, weight } = options;
  assertScores('nllLoss', logProbabilities, weight);
  assertLabels('nllLoss', logProbabilities, target);
  const classes = logProbabilities.shape[classAxisOf(logProbabilities)];
  const range = checkLabelRange('nllLoss', target, classes, ignoreIndex);
  return scope(() => {
    const { losses, weights } = pickLosses(logProbabilities, target, range, options);
    return reduced('nllLoss', losses, reduction, weights);
  });
}

/** `−Σ w · x` along the class axis. */
function weightedSum(x: Tensor, classAxis: number, weight: Tensor | undefined): Tensor {
  if (!weight) return neg(sum(x, classAxis));
  const along = x.shape.map((size, axis) => (axis === classAxis ? size : 1));
  return neg(sum(mul(x, reshape(cast(weight, x.dtype), along)), classAxis));
}

/** Losses of single labels, each times the weight that it has in a mean. */
interface PickedLosses {
  readonly losses: Tensor;
  /** One for each loss; undefined where all are 1. */
  readonly weights: Tensor | undefined;
  /** Where loss and weight are 0; null where they are nowhere. */
  readonly ignored: Tensor | null;
}

function pickLosses(
  logProbabilities: Tensor,
  target: Tensor,
  range: LabelRange,
  { weight, ignoreIndex = defaultIgnoreIndex }: NllLossOptions,
): PickedLosses {
  const classAxis = classAxisOf(logProbabilities);
  const { dtype, device } = logProbabilities;
  const labels = cast(target, 'i32');
  const lossesOf = (safe: Tensor, weights: Tensor | undefined) => {
    const picked = squeeze(gather(logProbabilities, classAxis, unsqueeze(safe, classAxis)), classAxis);
    return neg(weights ? mul(picked, weights) : picked);
  };
  const weightsOf = (safe: Tensor) =>
    weight && reshape(indexSelect(cast(weight, dtype), 0, flatten(safe)), labels.shape);
  if (range === 'classes') {
    const weights = weightsOf(labels);
    return { losses: lossesOf(labels, weights), weights, ignored: null };
  }
  const ignored = eq(labels, ignoreIndex);
  const inRange = logicalAnd(ge(labels, 0), lt(labels, logProbabilities.shape[classAxis]));
  const safe = where(inRange, labels, 0);
  const weights = weightsOf(safe) ?? full([], 1, { dtype, device });
  const losses = lossesOf(safe, weights);
  return {
    // A label out of range gets this far only where it could not be read without waiting.
    losses: where(ignored, 0, range === 'unread' ? where(inRange, losses, Number.NaN) : losses),
    weights: where(ignored, 0, weights),
    ignored,
  };
}

function assertScores(op: string, scores: Tensor, weight: Tensor | undefined): void {
  if (!isFloatDType(scores.dtype)) {
    throw new CenoteError({
      code: 'INVALID_DTYPE',
      op,
      what: 'the scores are not floats',
      got: scores.dtype,
      expected: 'f32 or f64',
      hint: "Convert with to('f32') first",
    });
  }
  if (scores.rank === 0 || scores.shape[classAxisOf(scores)] === 0) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'the scores have no classes',
      got: `shape ${formatShape(scores.shape)}`,
      expected: '[C], [N, C] or [N, C, …] with at least one class',
      hint: 'Add the class axis',
    });
  }
  const classes = scores.shape[classAxisOf(scores)];
  if (weight && (weight.rank !== 1 || weight.shape[0] !== classes)) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'weight does not fit the classes',
      got: `weight ${formatShape(weight.shape)}, scores ${formatShape(scores.shape)}`,
      expected: `weight [${classes}]`,
      hint: 'Give one weight for each class',
    });
  }
}

function assertProbabilities(op: string, logits: Tensor, target: Tensor): void {
  if (sameShape(target.shape, labelShape(logits))) throw labelDTypeError(op, target);
  assertSameShape(op, 'the probabilities', logits, target);
}
