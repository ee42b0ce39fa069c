import { checkInteger, checkNonNegative } from '../check.js';

/** The learning rate of each epoch, counted from 0. */
export type Schedule = (epoch: number) => number;

/**
 * The learning rate times `gamma` after every `stepSize` epochs, as PyTorch's `StepLR`.
 *
 * @example
 * ```ts
 * const schedule = stepSchedule(0.1, { stepSize: 10, gamma: 0.5 });
 * console.log(schedule(9), schedule(10)); // 0.1 0.05
 * ```
 */
export function stepSchedule(
  lr: number,
  { stepSize, gamma = 0.1 }: { readonly stepSize: number; readonly gamma?: number },
): Schedule {
  checkNonNegative('stepSchedule', 'lr', lr);
  checkNonNegative('stepSchedule', 'gamma', gamma);
  checkInteger('stepSchedule', 'stepSize', stepSize, 1);
  return (epoch) => lr * gamma ** Math.floor(epoch / stepSize);
}

/**
 * From `lr` down to `minimum` along half a cosine over `epochs` epochs, and then `minimum`: PyTorch's
 * `CosineAnnealingLR` until it would rise again.
 */
export function cosineSchedule(
  lr: number,
  { epochs, minimum = 0 }: { readonly epochs: number; readonly minimum?: number },
): Schedule {
  checkNonNegative('cosineSchedule', 'lr', lr);
  checkNonNegative('cosineSchedule', 'minimum', minimum);
  checkInteger('cosineSchedule', 'epochs', epochs, 1);
  return (epoch) => minimum + ((lr - minimum) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)))) / 2;
}
