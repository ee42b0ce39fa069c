import type { Op } from '@cenote/backend';
import { CenoteError, elementCount, type Shape } from '@cenote/shape';
import type { Checked, PadOutput, ResultShape } from '@cenote/shape/types';
import { tensor } from '../creation.js';
import { allocate, compute } from '../dispatch.js';
import { recordPrimitive } from '../gradient.js';
import { scope } from '../scope.js';
import type { Value } from '../storage.js';
import { Tensor } from '../tensor.js';
import { indexSelect } from './indexing.js';
import { concat } from './joining.js';

const copy: Op = { kind: 'copy' };

/**
 * What is put around the elements when it is not a constant, named as by `torch.nn.functional.pad`:
 *
 * - `reflect`: a mirror in the outermost element, which is not repeated: `c b | a b c | b a`. At most the size less 1.
 * - `replicate`: the outermost element again and again: `a a | a b c | c c`. The axis has an element.
 * - `circular`: the other end, as if the axis were a ring: `b c | a b c | a b`. At most the size.
 */
export type EdgeMode = 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PadOptions {
  /** `constant`, or one of {@link EdgeMode}. Default: `constant`. */
  readonly mode?: 'constant' | EdgeMode;
  /** The constant. Default: 0. */
  readonly value?: number;
}

/** How many elements are put before and after those of an axis. */
export type PadWidths = readonly [low: number, high: number];

/**
 * More elements around those that there are: a constant, or what the edges say. See {@link EdgeMode} for the modes and how
 * wide they can be. All modes but `constant` take only what is there, in any dtype, and are differentiable.
 *
 * @param widths `[low, high]` for each axis, outermost first. Nothing is asked of axes with `[0, 0]`.
 * @param fill The constant, or options.
 * @throws `INVALID_ARGUMENT` for widths that are not one pair for each axis, or wider than the mode can fill; for an unknown
 * mode, and a value beside a mode that takes none.
 *
 * @example
 * ```ts
 * const x = tensor([1, 2, 3]);
 * pad(x, [[2, 1]]); // [0, 0, 1, 2, 3, 0]
 * pad(x, [[2, 1]], { mode: 'reflect' }); // [3, 2, 1, 2, 3, 2]
 * pad(x, [[2, 1]], { mode: 'replicate' }); // [1, 1, 1, 2, 3, 3]
 * pad(x, [[2, 1]], { mode: 'circular' }); // [2, 3, 1, 2, 3, 1]
 * ```
 */
export function pad<S extends Shape, const Widths extends readonly PadWidths[]>(
  x: Checked<PadOutput<'pad', S, Widths>, Tensor<S>>,
  widths: Widths,
  fill?: number | PadOptions,
): Tensor<ResultShape<PadOutput<'pad', S, Widths>>>;
export function pad(x: Tensor, widths: readonly PadWidths[], fill: number | PadOptions = 0): Tensor {
  if (!areWidths(widths, x.rank)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'pad',
      what: 'the widths do not fit',
      got: JSON.stringify(widths) ?? String(widths),
      expected: `${x.rank} pairs [low, high] of whole numbers from 0 on`,
      hint: 'Give one pair for each axis, outermost first',
    });
  }
  const { mode = 'constant', value }: PadOptions = typeof fill === 'object' && fill !== null ? fill : { value: fill };
  if (mode !== 'constant') {
    if (value !== undefined) throw valueError(mode, value);
    for (const [axis, size] of x.shape.entries()) assertEdgeWidths('pad', mode, size, widths[axis], String(axis));
    return padEdges(x, widths, mode);
  }
  assertFill(x, value ?? 0);
  const none = widths.map(() => 0);
  return padded(
    x,
    widths.map(([low]) => low),
    widths.map(([, high]) => high),
    none,
    value ?? 0,
  );
}

function assertFill({ dtype }: Tensor, value: unknown): void {
  const whole = dtype === 'i64';
  if (typeof value === 'number' && (!whole || Number.isSafeInteger(value))) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'pad',
    what: 'the value is not one that the tensor can hold',
    got: `value ${String(value)} for ${dtype}`,
    expected: whole ? 'a whole number' : 'a number',
    hint: 'Give a number, or convert the tensor first',
  });
}

const isWidth = (width: unknown): boolean => Number.isSafeInteger(width) && Number(width) >= 0;

function areWidths(widths: unknown, rank: number): boolean {
  if (!Array.isArray(widths) || widths.length !== rank) return false;
  return widths.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isWidth));
}

const limits: { readonly [M in EdgeMode]: (size: number) => number } = {
  reflect: (size) => size - 1,
  replicate: (size) => (size === 0 ? 0 : Number.POSITIVE_INFINITY),
  circular: (size) => size,
};

/**
 * @internal Throws unless an axis is large enough for its edges to be taken from it.
 *
 * @param axis Its name in the message.
 */
export function assertEdgeWidths(op: string, mode: EdgeMode, size: number, widths: PadWidths, axis: string): void {
  assertEdgeMode(op, 'mode', mode, ['constant']);
  const most = limits[mode](size);
  const widest = Math.max(...widths);
  if (widest === 0 || widest <= most) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `not enough elements to pad with on axis ${axis}`,
    got: `widths [${widths.join(', ')}] with mode '${mode}' around ${size}`,
    expected: mode === 'replicate' ? 'at least one element' : `at most ${Math.max(0, most)} on each side`,
    hint: mode === 'replicate' ? 'Check for an empty input before' : "Reduce the widths, or use mode 'replicate'",
  });
}

/** @internal Throws unless `mode` is an edge mode. @param others What else the option could be, for the message. */
export function assertEdgeMode(op: string, name: string, mode: unknown, others: readonly string[]): void {
  if (typeof mode === 'string' && Object.hasOwn(limits, mode)) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'no such padding',
    got: `${name} ${typeof mode === 'string' ? `'${mode}'` : String(mode)}`,
    expected: [...others, ...Object.keys(limits)].map((known) => `'${known}'`).join(', '),
    hint: 'Use one of these names',
  });
}

function valueError(mode: string, value: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'pad',
    what: `a value has no meaning with mode '${mode}'`,
    got: `value ${value}`,
    expected: "a value with mode 'constant' only",
    hint: 'Leave it out',
  });
}

/** @internal Pads with what the edges say; the widths were checked with {@link assertEdgeWidths}. */
export function padEdges(x: Tensor, widths: readonly PadWidths[], mode: EdgeMode): Tensor {
  return scope(() => {
    let result = x.alias();
    for (const [axis, [low, high]] of widths.entries()) {
      const size = x.shape[axis];
      const edge = (first: number, width: number): Tensor[] => {
        if (width === 0) return [];
        const positions = Array.from({ length: width }, (_, index) => sourceOf(first + index, size, mode));
        return [indexSelect(result, axis, tensor(positions, { dtype: 'i32', device: x.device }))];
      };
      // Only the edges are gathered; the elements between are copied as they are.
      if (low + high > 0) result = concat([...edge(-low, low), result, ...edge(size, high)], axis);
    }
    return result;
  });
}

/** Which element stands at a position outside of an axis. */
function sourceOf(position: number, size: number, mode: EdgeMode): number {
  const last = size - 1;
  if (mode === 'circular') return (position + size) % size;
  if (mode === 'replicate') return Math.min(last, Math.max(0, position));
  return position < 0 ? -position : 2 * last - position;
}

/** @internal The primitive under {@link pad}, which can also put `interior` values between the elements. */
export function padded(x: Tensor, low: Shape, high: Shape, interior: Shape, value: number): Tensor {
  const shape = x.shape.map((size, axis) => low[axis] + high[axis] + size + Math.max(0, size - 1) * interior[axis]);
  const output = allocate(x.device, x.dtype, shape, 'pad');
  compute({ kind: 'fill', value: x.dtype === 'i64' ? BigInt(value) : value }, 'pad', x.device, [], [output]);
  if (elementCount(x.shape) > 0) {
    const hole: Value = {
      ...output,
      shape: x.shape,
      strides: output.strides.map((stride, axis) => stride * (interior[axis] + 1)),
      offset: output.strides.reduce((sum, stride, axis) => sum + stride * low[axis], 0),
    };
    compute(copy, 'pad', x.device, [x.value('pad')], [hole]);
  }
  const result = new Tensor(output);
  recordPrimitive('pad', { low, high, interior, value }, [x], [result]);
  return result;
}
