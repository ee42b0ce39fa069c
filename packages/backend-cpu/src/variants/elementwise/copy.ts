import { byteSize, type DType, type Layout } from '@cenote/backend';
import { contiguousStrides, elementCount } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Step, type Variant } from '../../plan.js';
import { carries, innerSizes, isContiguous, isSimple, joinAxes, maxOuterAxes, rowsOf, unitsPerRow } from './rows.js';

/** Fast ways of `copy`: runs of elements of any dtype, transposes of 4-byte elements, and common conversions. */
export const fastCopy: readonly Variant<'copy'>[] = [
  {
    target: 'simd',
    plan: (_op, [x], [y]) => (x.dtype === y.dtype ? movePlan(x, y, rowSteps(x, y, input(0), output(0))) : null),
  },
  {
    target: 'simd',
    plan: (_op, [x], [y]) => (x.dtype === y.dtype ? transposePlan(x, y) : null),
  },
  { target: 'simd', plan: (_op, [x], [y]) => convertPlan(x, y) },
];

/**
 * Steps that pack a view.
 *
 * @param from Where the view is, and `to` where its elements go, one behind the other.
 * @returns The steps, or `null` where there is no fast way.
 */
export function contiguousCopySteps(x: Layout, from: Argument, to: Argument): readonly Step[] | null {
  const y = { ...x, strides: contiguousStrides(x.shape) };
  return rowSteps(x, y, from, to) ?? transposeSteps(x, y, from, to);
}

/** Steps that copy rows, which lie at `from` and go to `to`. */
export function rowSteps(x: Layout, y: Layout, from: Argument, to: Argument): readonly Step[] | null {
  const bytes = byteSize[y.dtype];
  const [xOrdered, yOrdered, shape] = byStrides(x, y);
  const rows = rowsOf(shape, [xOrdered, yOrdered]);
  if (!isSimple(rows) || rows.steps[1] !== 1) return null;
  const units = unitsPerRow(rows, 64 / bytes);
  const [xStrides, yStrides] = rows.strides;
  const args = [
    bytes,
    rows.length * bytes,
    units,
    ...innerSizes(rows.outer),
    from,
    rows.steps[0] === 0 ? 1 : 0,
    ...carries(rows.outer, xStrides, bytes),
    to,
    ...carries(rows.outer, yStrides, bytes),
  ];
  const nanoseconds = 0.1 * bytes * rows.length * rows.count;
  return [{ function: 'copy', target: 'simd', args, units: units * rows.count, nanoseconds }];
}

/** Strides and sizes with the axes in the order in which y has them in memory, so that rows of both are found. */
function byStrides(x: Layout, y: Layout): [x: readonly number[], y: readonly number[], shape: readonly number[]] {
  const order = y.shape.map((_, axis) => axis).filter((axis) => y.shape[axis] !== 1);
  order.sort((a, b) => y.strides[b] - y.strides[a]);
  return [
    order.map((axis) => x.strides[axis]),
    order.map((axis) => y.strides[axis]),
    order.map((axis) => y.shape[axis]),
  ];
}

function movePlan(x: Layout, y: Layout, steps: readonly Step[] | null): Plan | null {
  if (steps === null) return null;
  return { name: `${y.dtype}_copy${isContiguous(x) && isContiguous(y) ? '' : '_rows'}`, steps };
}

function transposePlan(x: Layout, y: Layout): Plan | null {
  const steps = transposeSteps(x, y, input(0), output(0));
  return steps === null ? null : { name: `${y.dtype}_copy_transpose`, steps };
}

/** Steps that copy when x is contiguous along one axis and y along another. */
function transposeSteps(x: Layout, y: Layout, from: Argument, to: Argument): readonly Step[] | null {
  if (byteSize[y.dtype] !== 4 || elementCount(y.shape) === 0) return null;
  const [xOrdered, yOrdered, shape] = byStrides(x, y);
  const { sizes, strides } = joinAxes(shape, [xOrdered, yOrdered]);
  const [xStrides, yStrides] = strides;
  const p = yStrides.indexOf(1);
  const q = xStrides.indexOf(1);
  if (p < 0 || q < 0 || p === q) return null;
  const rest = sizes.map((_, axis) => axis).filter((axis) => axis !== p && axis !== q);
  if (rest.length > maxOuterAxes) return null;
  const outer = rest.map((axis) => sizes[axis]);
  const perPlane = Math.ceil(sizes[p] / 16);
  const args = [
    sizes[p],
    sizes[q],
    xStrides[p] * 4,
    yStrides[q] * 4,
    perPlane,
    ...innerSizes(outer),
    from,
    ...carries(
      outer,
      rest.map((axis) => xStrides[axis]),
      4,
    ),
    to,
    ...carries(
      outer,
      rest.map((axis) => yStrides[axis]),
      4,
    ),
  ];
  const planes = outer.reduce((product, size) => product * size, 1);
  const nanoseconds = 0.6 * planes * sizes[p] * sizes[q];
  return [{ function: 'transpose', target: 'simd', args, units: planes * perPlane, nanoseconds }];
}

/** Numbers of the kernel's conversions. */
const conversions: { readonly [From in DType]?: { readonly [To in DType]?: number } } = {
  u8: { f32: 0, i32: 1 },
  bool: { f32: 0, i32: 1 },
  i32: { f32: 2 },
  f32: { i32: 3, u8: 4, i8: 4, bool: 5 },
};

function convertPlan(x: Layout, y: Layout): Plan | null {
  const fn = conversions[x.dtype]?.[y.dtype];
  const count = elementCount(y.shape);
  if (fn === undefined || count === 0 || count > 2 ** 30 || !isContiguous(x) || !isContiguous(y)) return null;
  const args = [input(0), output(0), count, fn];
  const units = Math.ceil(count / 64);
  const steps: readonly Step[] = [{ function: 'convert', target: 'simd', args, units, nanoseconds: 0.6 * count }];
  return { name: `${x.dtype}_copy_${y.dtype}`, steps };
}
