import type { Layout, ReduceFn } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Step, temporary, type Variant } from '../../plan.js';
import { carries, innerSizes, joinAxes, maxOuterAxes } from './rows.js';

const functions: { readonly [F in ReduceFn]?: number } = { sum: 0, max: 1, min: 2 };

/** A row that is the only one of an output is cut into rows of so many elements. */
const rowElements = 4096;
/** An output is computed in chunks of about so many elements, where there are too few outputs for all threads. */
const chunkElements = 16384;
/** From so many units on there is enough for all threads. */
const enoughUnits = 32;
const mostChunks = 64;

/** Fast ways of `reduce`: the sum and the extrema of f32 whose innermost axis is contiguous. */
export const fastReduce: readonly Variant<'reduce'>[] = [
  {
    target: 'simd',
    plan({ fn, axes }, [x], [y]): Plan | null {
      const number = functions[fn];
      const total = elementCount(x.shape);
      if (number === undefined || x.dtype !== 'f32' || total === 0 || total > 2 ** 30) return null;
      const split = splitAxes(x, axes);
      return split === null ? null : reducePlan(fn, number, split, elementCount(y.shape));
    },
  },
];

interface Axes {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

interface Split {
  /** The axes that are kept, without a contiguous innermost one. */
  readonly kept: Axes;
  /** Those that are reduced, without a contiguous innermost one. */
  readonly reduced: Axes;
  /** The size of the innermost axis, and whether it is reduced. */
  readonly length: number;
  readonly isRow: boolean;
}

/** Divides joined axes into those that are reduced and those that are not. */
function splitAxes({ shape, strides }: Layout, axes: readonly number[]): Split | null {
  const part = (wanted: boolean): Axes => {
    const own = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) === wanted);
    const joined = joinAxes(
      own.map((axis) => shape[axis]),
      [own.map((axis) => strides[axis])],
    );
    return { sizes: joined.sizes, strides: joined.strides[0] };
  };
  const [kept, reduced] = [part(false), part(true)];
  const isRow = reduced.strides.at(-1) === 1;
  const inner = isRow ? reduced : kept;
  // Nothing is reduced: that is a copy, for the general kernel.
  if (reduced.sizes.length === 0 || inner.strides.at(-1) !== 1) return null;
  const length = inner.sizes.at(-1) ?? 1;
  const outer = { sizes: inner.sizes.slice(0, -1), strides: inner.strides.slice(0, -1) };
  const split = isRow ? { kept, reduced: outer, length, isRow } : { kept: outer, reduced, length, isRow };
  return split.kept.sizes.length <= maxOuterAxes && split.reduced.sizes.length <= 2 ? split : null;
}

function reducePlan(fn: ReduceFn, number: number, split: Split, outputs: number): Plan {
  const { kept, isRow } = split;
  let { reduced, length } = split;
  let lastLength = length;
  if (isRow && reduced.sizes.length === 0 && length > rowElements) {
    const rows = Math.ceil(length / rowElements);
    reduced = { sizes: [rows], strides: [rowElements] };
    lastLength = length - (rows - 1) * rowElements;
    length = rowElements;
  }
  const rows = elementCount(reduced.sizes);
  const planes = elementCount(kept.sizes);
  const blocks = isRow ? 1 : Math.ceil(length / 16);
  // The cuts depend on the shape alone, so that results do not depend on the number of threads.
  const perUnit = rows * (isRow ? length : 16);
  const wanted = planes * blocks >= enoughUnits ? 1 : Math.min(mostChunks, rows, Math.ceil(perUnit / chunkElements));
  const rowsPerChunk = Math.ceil(rows / wanted);
  const chunks = Math.ceil(rows / rowsPerChunk);
  const [, innerRows] = innerSizes(reduced.sizes);
  const [, outerCarry, innerStep] = carries(reduced.sizes, reduced.strides, 4);
  const place: Argument = chunks === 1 ? output(0) : temporary(0);
  const args = [
    number,
    ...(isRow ? [length, lastLength] : [length, blocks]),
    rows,
    rowsPerChunk,
    planes,
    ...innerSizes(kept.sizes),
    input(0),
    ...carries(kept.sizes, kept.strides, 4),
    ...[innerRows, outerCarry, innerStep],
    place,
  ];
  const elements = planes * rows * length;
  const first: Step = {
    function: isRow ? 'reduce_rows' : 'reduce_columns',
    args,
    units: chunks * planes * blocks,
    nanoseconds: 0.3 * elements + 10 * chunks * planes * blocks,
    scratchBytes: isRow ? 0 : 128,
  };
  const name = `f32_reduce_${fn}_${isRow ? 'rows' : 'columns'}`;
  if (chunks === 1) return { name, steps: [first] };
  const second: Step = {
    function: 'reduce_chunks',
    args: [number, chunks, outputs, temporary(0), output(0)],
    units: outputs,
    nanoseconds: outputs * chunks,
  };
  return { name: `${name}_chunks`, steps: [first, second], temporaries: [chunks * outputs * 8] };
}
