import { byteSize, type Layout } from '@cenote/backend';
import { contiguousStrides, elementCount } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Step, table, type Variant } from '../../plan.js';
import { carries, innerSizes, isContiguous, maxOuterAxes, orderedAxes, rowStep } from './rows.js';

/** Fast ways of `copy`: runs of elements of any dtype, transposes of 4-byte elements, and common conversions. */
export const fastCopy: readonly Variant<'copy'>[] = [
  { target: 'simd', plan: (_op, [x], [y]) => rowCopyPlan(x, y) },
  {
    target: 'simd',
    plan(_op, [x], [y]) {
      const step = x.dtype === y.dtype ? transposeStep(x, y, input(0), output(0)) : null;
      return step && { name: `${y.dtype}_copy_transpose`, steps: [step] };
    },
  },
];

/**
 * The step that packs a view.
 *
 * @param from Where the view is, and `to` where its elements go, one behind the other.
 * @returns The step, or `null` where there is no fast way.
 */
export function packStep(x: Layout, from: Argument, to: Argument): Step | null {
  const y = { ...x, strides: contiguousStrides(x.shape) };
  return rowStep(0, y, to, [[x, from]]) ?? transposeStep(x, y, from, to);
}

function rowCopyPlan(x: Layout, y: Layout): Plan | null {
  const [from, to] = [x.dtype, y.dtype];
  const isFromBytes = from === 'u8' || from === 'bool';
  let step: Step | null = null;
  if (from === to) step = rowStep(0, y, output(0), [[x, input(0)]]);
  else if (to === 'f32' && from === 'i32') step = rowStep(28, y, output(0), [[x, input(0)]]);
  else if (to === 'f32' && isFromBytes) step = rowStep(18, y, output(0), [null, null, [x, input(0)]]);
  else if (to === 'bool' && from === 'f32') {
    // Whether it is not 0.
    const zero: Layout = { ...x, strides: x.strides.map(() => 0) };
    const place = table(new Float32Array(1));
    step = rowStep(34, y, output(0), [
      [x, input(0)],
      [zero, place],
    ]);
  }
  const suffix = isContiguous(x) && isContiguous(y) ? '' : '_rows';
  return step && { name: `${from}_copy${from === to ? '' : `_${to}`}${suffix}`, steps: [step] };
}

/** The step that copies when x is contiguous along one axis and y along another. */
function transposeStep(x: Layout, y: Layout, from: Argument, to: Argument): Step | null {
  if (byteSize[y.dtype] !== 4 || elementCount(y.shape) === 0) return null;
  const { sizes, strides } = orderedAxes(y, [x, y]);
  const [xStrides, yStrides] = strides;
  const p = yStrides.indexOf(1);
  const q = xStrides.indexOf(1);
  if (p < 0 || q < 0 || p === q) return null;
  const rest = sizes.map((_, axis) => axis).filter((axis) => axis !== p && axis !== q);
  if (rest.length > maxOuterAxes) return null;
  const outer = rest.map((axis) => sizes[axis]);
  const perPlane = Math.ceil(sizes[p] / 16);
  const outerStrides = (own: readonly number[]) => rest.map((axis) => own[axis]);
  const args = [
    ...[sizes[p], sizes[q], xStrides[p] * 4, yStrides[q] * 4, perPlane],
    ...innerSizes(outer),
    from,
    ...carries(outer, outerStrides(xStrides), 4),
    to,
    ...carries(outer, outerStrides(yStrides), 4),
  ];
  const planes = elementCount(outer);
  const nanoseconds = 0.6 * planes * sizes[p] * sizes[q];
  return { function: 'transpose', args, units: planes * perPlane, nanoseconds };
}
