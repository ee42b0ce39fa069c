import { CenoteError, type DataFormat, formatShape, type Shape } from '@cenote/shape';
import {
  argmax,
  concat,
  defaultGenerator,
  type Generator,
  noGrad,
  roll,
  type SliceRange,
  scope,
  slice,
  type Tensor,
} from '@cenote/tensor';
import { checkInteger } from './check.js';
import type { Module } from './module.js';
import { EventLoopTurns } from './training/event-loop.js';
import { inMode } from './training/mode.js';

/** Options of {@link shiftConsistency}. */
export interface ShiftConsistencyOptions {
  /**
   * `circular`: what leaves at one side comes in at the other. `crop`: both are cut from the image, `maxShift` smaller than it,
   * so that the model sees images of that size. Default: `circular`.
   */
  readonly mode?: 'circular' | 'crop';
  /** The largest shift along each axis: each is drawn from 0 to this. Default: an eighth of the smallest side, at least 1. */
  readonly maxShift?: number;
  /** How many pairs there are of each image. Default: 1. */
  readonly trials?: number;
  /** Where the shifts come from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** How many images the model sees at a time. Default: 64. */
  readonly batchSize?: number;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** A measurement with its defaults, on images of known shape. */
interface Plan {
  readonly mode: 'circular' | 'crop';
  readonly maxShift: number;
  readonly trials: number;
  readonly batchSize: number;
  readonly generator: Generator;
  /** Where height and width, or their like, are. */
  readonly axes: readonly number[];
}

/**
 * How often a model decides the same about an image wherever it is: the fraction of pairs, of one image under two random
 * shifts, for which the largest of the model's outputs is the same one. 1 is best. It says nothing of whether the decision is
 * right.
 *
 * The measure of R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019, where ImageNet's images are
 * cropped from 256 to 224 with shifts up to 32 (`mode: 'crop'`), and CIFAR's shifted circularly. Shifts are drawn for each
 * image. The two of a pair may be the same by chance, as there.
 *
 * The model is set to inference meanwhile, and nothing is recorded for differentiation. Other events get their turn every now
 * and then.
 *
 * @param model From images to `[N, classes]`.
 * @param images `[N, C, H, W]`, or with one to three spatial axes; they stay the caller's.
 * @returns From 0 to 1. Rejected with a CenoteError `INVALID_SHAPE` for images or outputs of another shape, `INVALID_ARGUMENT` for
 * an option that is out of range.
 *
 * @example
 * ```ts
 * const consistency = await shiftConsistency(model, images, { maxShift: 8, trials: 4, generator: generator(1) });
 * ```
 */
export function shiftConsistency(
  model: Module,
  images: Tensor,
  options: ShiftConsistencyOptions = {},
): Promise<number> {
  return inMode(model, false, async () => {
    const plan = planOf(images.shape, options);
    const turns = new EventLoopTurns();
    const [count] = images.shape;
    let agreed = 0;
    for (let trial = 0; trial < plan.trials; trial++) {
      for (let start = 0; start < count; start += plan.batchSize) {
        const end = Math.min(count, start + plan.batchSize);
        const [first, second] = await Promise.all(decisions(model, images, [start, end], plan));
        agreed += first.filter((choice, index) => choice === second[index]).length;
        await turns.take();
      }
    }
    return agreed / (count * plan.trials);
  });
}

/** What the model decides about a batch under two shifts of each image. */
function decisions(
  model: Module,
  images: Tensor,
  [start, end]: readonly [number, number],
  plan: Plan,
): readonly Promise<readonly number[]>[] {
  const choices = scope(() => {
    const batch = Array.from({ length: end - start }, (_, index) =>
      slice(images, [[start + index, start + index + 1]]),
    );
    return noGrad(() => [choicesOf(model, shifted(batch, plan)), choicesOf(model, shifted(batch, plan))]);
  });
  return choices.map(async (choice) => {
    try {
      return Array.from(await choice.data(), Number);
    } finally {
      choice.dispose();
    }
  });
}

/** Each image with a shift of its own. */
function shifted(images: readonly Tensor[], { mode, maxShift, generator, axes }: Plan): Tensor {
  const moved = images.map((image) => {
    const shifts = axes.map(() => generator.integer(0, maxShift + 1));
    if (mode === 'circular') return roll(image, shifts, axes);
    const ranges = image.shape.map((size, axis): SliceRange => {
      const index = axes.indexOf(axis);
      return index < 0 ? null : [shifts[index], size - maxShift + shifts[index]];
    });
    return slice(image, ranges);
  });
  return concat(moved);
}

function choicesOf(model: Module, images: Tensor): Tensor {
  const scores: Tensor = model.forward(images);
  if (scores.rank === 2 && scores.shape[0] === images.shape[0] && scores.shape[1] > 0) return argmax(scores, 1);
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op: 'shiftConsistency',
    what: 'the model does not decide between classes',
    got: `output ${formatShape(scores.shape)} for images ${formatShape(images.shape)}`,
    expected: `[${images.shape[0]}, classes]`,
    hint: 'End the model with a linear layer, or with flatten() behind a global pooling',
  });
}

function planOf(shape: Shape, options: ShiftConsistencyOptions): Plan {
  const op = 'shiftConsistency';
  const { mode = 'circular', trials = 1, batchSize = 64, dataFormat = 'channelsFirst' } = options;
  if (mode !== 'circular' && mode !== 'crop') throw nameError(op, 'mode', mode, "'circular' or 'crop'");
  if (dataFormat !== 'channelsFirst' && dataFormat !== 'channelsLast') {
    throw nameError(op, 'dataFormat', dataFormat, "'channelsFirst' or 'channelsLast'");
  }
  checkInteger(op, 'trials', trials, 1);
  checkInteger(op, 'batchSize', batchSize, 1);
  if (shape.length < 3 || shape.length > 5 || shape.includes(0)) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'these are not images',
      got: `shape ${formatShape(shape)}`,
      expected: 'batch, channels, and 1 to 3 spatial axes, none of them empty',
      hint: 'Add the axes that are missing with unsqueeze',
    });
  }
  const first = dataFormat === 'channelsFirst' ? 2 : 1;
  const axes = Array.from({ length: shape.length - 2 }, (_, index) => first + index);
  const smallest = Math.min(...axes.map((axis) => shape[axis]));
  const { maxShift = Math.max(1, Math.floor(smallest / 8)), generator = defaultGenerator() } = options;
  checkInteger(op, 'maxShift', maxShift, 0);
  if (maxShift >= smallest) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'maxShift is as large as the images',
      got: `maxShift ${maxShift}, images ${formatShape(shape)}`,
      expected: `at most ${smallest - 1}`,
      hint: 'Reduce maxShift',
    });
  }
  return { mode, maxShift, trials, batchSize, generator, axes };
}

function nameError(op: string, option: string, value: unknown, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `no such ${option}`,
    got: `${option} '${String(value)}'`,
    expected,
    hint: 'Use one of these names',
  });
}
