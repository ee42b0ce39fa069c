import { checkInteger } from './per-axis.js';
import type { AxisWindow } from './window-geometry.js';

/** One layer of a chain, along one axis. Layers that look at one element at a time (activations) need none. */
export interface ReceptiveStep {
  readonly kernelSize: number;
  /** 1 by default. */
  readonly stride?: number;
  /** Padding before the first element; 0 by default. */
  readonly padding?: number;
  /** 1 by default. */
  readonly dilation?: number;
}

/** What the outputs of a chain of windows see of its input, along one axis. */
export interface ReceptiveField {
  /** How many input positions lie between the first and the last that an output sees, both included. */
  readonly size: number;
  /** How many input positions one output lies from the next: the effective stride. */
  readonly jump: number;
  /** How far output 0 reaches beyond the beginning of the input: the effective padding. */
  readonly padding: number;
  /** The first input position that output 0 sees: `−padding`. */
  readonly start: number;
  /** The middle of what output 0 sees: `start + (size − 1) / 2`. */
  readonly center: number;
}

/** A range of positions: `start` is in it, `end` is not. */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The receptive field after each layer of a chain, along one axis.
 *
 * The recurrence, from the input's size 1, jump 1 and padding 0: `size += dilation · (kernelSize − 1) · jump`,
 * `padding += layerPadding · jump`, `jump *= stride`. Source: Araujo, Norris and Sim, "Computing Receptive Fields of
 * Convolutional Neural Networks", Distill 2019.
 *
 * @returns One entry for each step, in order; the last is that of the whole chain.
 * @throws CenoteError `INVALID_ARGUMENT` for a kernel size, stride or dilation that is not a positive integer, or a
 * padding that is not a non-negative one.
 *
 * @example
 * ```ts
 * const lenet = receptiveField([
 *   { kernelSize: 5, padding: 2 },
 *   { kernelSize: 2, stride: 2 },
 *   { kernelSize: 5 },
 *   { kernelSize: 2, stride: 2 },
 * ]);
 * lenet.map(({ size, jump, padding }) => [size, jump, padding]); // [[5, 1, 2], [6, 2, 2], [14, 2, 2], [16, 4, 2]]
 * ```
 */
export function receptiveField(chain: readonly ReceptiveStep[]): readonly ReceptiveField[] {
  const op = 'receptiveField';
  let [size, jump, effectivePadding] = [1, 1, 0];
  return chain.map(({ kernelSize, stride = 1, padding = 0, dilation = 1 }) => {
    checkInteger(op, 'kernelSize', kernelSize, 1);
    checkInteger(op, 'stride', stride, 1);
    checkInteger(op, 'padding', padding, 0);
    checkInteger(op, 'dilation', dilation, 1);
    size += dilation * (kernelSize - 1) * jump;
    effectivePadding += padding * jump;
    jump *= stride;
    const start = 0 - effectivePadding;
    return { size, jump, padding: effectivePadding, start, center: start + (size - 1) / 2 };
  });
}

/**
 * The step of a resolved window, for {@link receptiveField}; `null` for adaptive windows that are not evenly spaced,
 * which have no jump.
 */
export function receptiveStep(window: AxisWindow): ReceptiveStep | null {
  if (!window.uniform) return null;
  return { kernelSize: window.kernel, stride: window.stride, padding: window.padLow, dilation: window.dilation };
}

/**
 * The input positions between the first and the last that an output sees, as if the input had no ends: positions
 * below 0 or beyond its size lie in padding. {@link visibleRange} stops at the ends.
 *
 * @param field The receptive field of the chain.
 * @param output The position of the output.
 */
export function receptiveRange(field: ReceptiveField, output: number): PositionRange {
  const start = field.start + output * field.jump;
  return { start, end: start + field.size };
}

/**
 * The input positions between the first and the last that an output sees through resolved windows, one after the other.
 * Positions that no layer keeps (a remainder that a stride skips, padding) do not count. Where a stride or dilation
 * leaves gaps, there may be positions in between that it does not see.
 *
 * @param windows The window of each layer along one axis, in order; the input of each has the size of the output before.
 * @param output The position of the output of the last one.
 * @returns An empty range where the output sees nothing but padding.
 */
export function visibleRange(windows: readonly AxisWindow[], output: number): PositionRange {
  let positions = new Set([output]);
  for (const { start, count, dilation } of windows.toReversed()) {
    const below = new Set<number>();
    for (const o of positions) {
      for (let j = 0; j < count[o]; j++) below.add(start[o] + j * dilation);
    }
    positions = below;
  }
  let [start, end] = [Number.POSITIVE_INFINITY, 0];
  for (const position of positions) {
    start = Math.min(start, position);
    end = Math.max(end, position + 1);
  }
  return start < end ? { start, end } : { start: 0, end: 0 };
}
