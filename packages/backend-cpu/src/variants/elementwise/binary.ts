import { type BinaryFn, byteSize, type DType, type Layout } from '@cenote/backend';
import { contiguousStrides, type Shape } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Step, temporary, type Variant } from '../../plan.js';
import { contiguousCopySteps } from './copy.js';
import { carries, innerSizes, isContiguous, isSimple, type Rows, rowsOf, unitsPerRow } from './rows.js';

type Numbers = { readonly [F in BinaryFn]?: number };

const bytes: Numbers = { maximum: 14, minimum: 15, eq: 16, ne: 17 };

/** Numbers of the kernel's functions. Of bool, which is 0 or 1, `and` is the minimum and `or` the maximum. */
const functions: { readonly [D in DType]?: Numbers } = {
  f32: {
    add: 0,
    sub: 1,
    mul: 2,
    div: 3,
    maximum: 4,
    minimum: 5,
    reluGrad: 6,
    sigmoidGrad: 7,
    tanhGrad: 8,
    eq: 32,
    ne: 34,
    lt: 36,
    le: 38,
  },
  i32: { add: 9, sub: 10, mul: 11, maximum: 12, minimum: 13, eq: 33, ne: 35, lt: 37, le: 39 },
  u8: bytes,
  bool: { ...bytes, logicalOr: 14, logicalAnd: 15 },
};

/** `a > b` is `b < a`. */
const mirrored: { readonly [F in BinaryFn]?: BinaryFn } = { gt: 'lt', ge: 'le' };

/** Fast ways of `binary`: rows of f32, i32 and bytes, in which each input advances or stands still; others are packed first. */
export const fastBinary: readonly Variant<'binary'>[] = [
  {
    target: 'simd',
    plan({ fn }, [a, b], [y]): Plan | null {
      const mirror = mirrored[fn];
      const number = functions[a.dtype]?.[mirror ?? fn];
      if (number === undefined) return null;
      const places = [input(0), input(1)];
      const name = `${a.dtype}_${fn}`;
      if (mirror === undefined) return rowPlan(name, number, y.shape, [a, b], places);
      return rowPlan(name, number, y.shape, [b, a], places.reverse());
    },
  },
];

/** The plan to compute function `fn` of operands at `places`. */
export function rowPlan(
  name: string,
  fn: number,
  shape: Shape,
  operands: readonly Layout[],
  places: readonly Argument[],
): Plan | null {
  const rows = rowsOf(shape, [...operands.map(({ strides }) => strides), contiguousStrides(shape)]);
  if (isSimple(rows)) {
    const suffix = operands.every(isContiguous) ? '' : '_rows';
    return { name: `${name}${suffix}`, steps: [step(fn, operands[0].dtype, rows, places)] };
  }
  // What is not made of rows is packed; what stands still somewhere is not, if that is enough.
  const packed = operands.map((one) => !isSimple(rowsOf(shape, [one.strides, contiguousStrides(shape)])));
  const steps: Step[] = [];
  const temporaries: number[] = [];
  const [plain, from] = [operands.slice(), places.slice()];
  for (const [index, operand] of operands.entries()) {
    if (!packed[index] && packed.includes(true)) continue;
    const to = temporary(temporaries.length);
    const copies = contiguousCopySteps(operand, places[index], to);
    if (copies === null) return null;
    steps.push(...copies);
    temporaries.push(byteSize[operand.dtype] * shape.reduce((product, size) => product * size, 1));
    plain[index] = { ...operand, strides: contiguousStrides(shape) };
    from[index] = to;
  }
  const after = rowsOf(shape, [...plain.map(({ strides }) => strides), contiguousStrides(shape)]);
  if (!isSimple(after)) return null;
  steps.push(step(fn, operands[0].dtype, after, from));
  return { name: `${name}_packed`, steps, temporaries };
}

function step(fn: number, dtype: DType, rows: Rows, [a, b]: readonly Argument[]): Step {
  const size = byteSize[dtype];
  const units = unitsPerRow(rows, 64 / size);
  const args = [
    fn,
    size,
    rows.length * size,
    units,
    ...innerSizes(rows.outer),
    output(0),
    a,
    rows.steps[0] === 0 ? 0 : -1,
    ...carries(rows.outer, rows.strides[0], size),
    b,
    rows.steps[1] === 0 ? 0 : -1,
    ...carries(rows.outer, rows.strides[1], size),
  ];
  const nanoseconds = rows.count * (5 + 0.1 * size * rows.length);
  return { function: 'binary', target: 'simd', args, units: units * rows.count, nanoseconds, scratchBytes: 128 };
}
