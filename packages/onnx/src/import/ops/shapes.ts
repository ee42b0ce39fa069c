import { broadcastShapes, CenoteError, elementCount, normalizeAxis, type Shape } from '@cenote/shape';
import {
  add,
  cast,
  concat,
  expand,
  fromData,
  full,
  indexSelect,
  lt,
  pad,
  permute,
  reshape,
  type SliceRange,
  slice,
  split,
  type Tensor,
  tensor,
  where,
} from '@cenote/tensor';
import {
  fitting,
  input,
  type NodeContext,
  numbers,
  type Operator,
  onDevice,
  requiredNumbers,
  together,
} from '../context.js';
import { excerpt } from '../errors.js';
import { storedElements } from '../tensors.js';

const product = (sizes: Shape): number => sizes.reduce((all, size) => all * size, 1);

function shapeError({ op }: NodeContext, what: string, got: string, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what,
    got: excerpt(got),
    expected,
    hint: 'Check the shape of the input',
  });
}

/** Axes of a tensor: an attribute before opset 13, and an input since. */
function axesOf(context: NodeContext, rank: number): readonly number[] | undefined {
  const axes = context.opset >= 13 ? numbers(context, 1) : context.attributes.ints('axes');
  return axes?.map((axis) => normalizeAxis(context.op, axis, rank));
}

/** 0 keeps the size of the same axis, unless zeros are meant; −1 is what is left over. */
const reshapeNode: Operator = (context) => {
  const x = input(context, 0);
  const asked = requiredNumbers(context, 1);
  const isLiteral = context.attributes.int('allowzero', 0) !== 0;
  return reshape(
    x,
    asked.map((size, axis) => (size === 0 && !isLiteral ? (x.shape.at(axis) ?? 0) : size)),
  );
};

const flattenNode: Operator = (context) => {
  const x = input(context, 0);
  const axis = context.attributes.int('axis', 1);
  const start = axis < 0 ? axis + x.rank : axis;
  return reshape(x, [product(x.shape.slice(0, start)), product(x.shape.slice(start))]);
};

const transposeNode: Operator = (context) => {
  const x = input(context, 0);
  return permute(x, context.attributes.ints('perm') ?? x.shape.map((_, axis) => x.rank - 1 - axis));
};

const squeezeNode: Operator = (context) => {
  const x = input(context, 0);
  const axes = axesOf(context, x.rank);
  const dropped = (size: number, axis: number) => (axes ? axes.includes(axis) : size === 1);
  if (axes?.some((axis) => x.shape[axis] !== 1)) {
    throw shapeError(context, 'an axis that cannot be dropped', `axes ${axes} of [${x.shape}]`, 'size 1');
  }
  return reshape(
    x,
    x.shape.filter((size, axis) => !dropped(size, axis)),
  );
};

const unsqueezeNode: Operator = (context) => {
  const x = input(context, 0);
  const count = (context.opset >= 13 ? requiredNumbers(context, 1) : (context.attributes.ints('axes') ?? [])).length;
  const axes = axesOf(context, x.rank + count) ?? [];
  const sizes = [...x.shape];
  const shape = Array.from({ length: x.rank + count }, (_, axis) => (axes.includes(axis) ? 1 : (sizes.shift() ?? 1)));
  return reshape(x, shape);
};

const concatNode: Operator = (context) => {
  const parts = context.inputs.map((_, index) => input(context, index));
  const axis = normalizeAxis(context.op, context.attributes.int('axis', 0), input(context, 0).rank);
  const [first] = parts;
  const along = parts.reduce((sum, { shape }) => sum + (shape.at(axis) ?? 0), 0);
  fitting(
    context,
    first.shape.map((size, other) => (other === axis ? along : size)),
  );
  const joined: Tensor = concat<readonly Tensor[], number>(together(context, parts), axis);
  return parts.length === 1 ? cast(joined, joined.dtype) : joined;
};

const splitNode: Operator = (context) => {
  const x = input(context, 0);
  const axis = normalizeAxis(context.op, context.attributes.int('axis', 0), x.rank);
  const asked = context.opset >= 13 ? numbers(context, 1) : context.attributes.ints('split');
  const parts = context.attributes.int('num_outputs', context.outputs);
  return split(x, asked ?? Math.max(1, Math.ceil(x.shape[axis] / Math.max(1, parts))), axis);
};

/** Starts, ends, axes and steps are attributes before opset 10, and inputs since. */
const sliceNode: Operator = (context) => {
  const x = input(context, 0);
  const { attributes, opset, op } = context;
  const read = (index: number, name: string) => (opset >= 10 ? numbers(context, index) : attributes.ints(name));
  const starts = read(1, 'starts') ?? [];
  const ends = read(2, 'ends') ?? [];
  const axes = (read(3, 'axes') ?? starts.map((_, axis) => axis)).map((axis) => normalizeAxis(op, axis, x.rank));
  const steps = read(4, 'steps') ?? starts.map(() => 1);
  let result = x;
  const ranges: SliceRange[] = x.shape.map(() => null);
  for (const [index, axis] of axes.entries()) {
    const [start, end, step] = [starts[index], ends[index] ?? 0, steps[index] ?? 1];
    if (step > 0) ranges[axis] = [start, end, step];
    else result = backwards(context, result, axis, start, end, step);
  }
  return slice(result, ranges);
};

/** Elements of one axis from `start` down to, but not including, `end`. */
function backwards(context: NodeContext, x: Tensor, axis: number, start: number, end: number, step: number): Tensor {
  const size = x.shape[axis];
  if (step === 0) throw shapeError(context, 'a step of 0', `steps on axis ${axis}`, 'another number');
  const first = Math.min(size - 1, start < 0 ? start + size : start);
  const last = Math.max(-1, end < 0 ? Math.max(-1, end + size) : end);
  const positions: number[] = [];
  for (let position = first; position > last; position += step) positions.push(position);
  return indexSelect(x, axis, tensor(positions, { dtype: 'i32', device: x.device }));
}

/** `x[…, indices, …]` along an axis; negative indices count from the end. */
const gatherNode: Operator = (context) => {
  const x = input(context, 0);
  const axis = normalizeAxis(context.op, context.attributes.int('axis', 0), x.rank);
  const given = input(context, 1);
  // Not every device has 64-bit integers.
  const indices = onDevice(given.device === x.device ? given : cast(given, 'i32'), x.device);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  fitting(context, shape);
  const flat = reshape(indices, [indices.size]);
  const positive: Tensor = where<readonly number[], Tensor, Tensor>(lt(flat, 0), add(flat, x.shape[axis]), flat);
  return reshape(indexSelect(x, axis, positive), shape);
};

const expandNode: Operator = (context) => {
  const x = input(context, 0);
  return expand(x, fitting(context, broadcastShapes(context.op, x.shape, requiredNumbers(context, 1))));
};

const tileNode: Operator = (context) => {
  const x = input(context, 0);
  const repeats = requiredNumbers(context, 1);
  if (repeats.length !== x.rank || repeats.some((count) => count < 0)) {
    throw shapeError(context, 'repeats do not fit the input', `[${repeats}]`, `${x.rank} numbers from 0 on`);
  }
  fitting(
    context,
    x.shape.map((size, axis) => size * repeats[axis]),
  );
  const spread = expand(
    reshape(
      x,
      x.shape.flatMap((size) => [1, size]),
    ),
    x.shape.flatMap((size, axis) => [repeats[axis], size]),
  );
  return reshape(
    spread,
    x.shape.map((size, axis) => size * repeats[axis]),
  );
};

const padModes = { constant: 'constant', reflect: 'reflect', edge: 'replicate', wrap: 'circular' } as const;

/** Pads are an attribute before opset 11, and an input since. Negative ones cut off. */
const padNode: Operator = (context) => {
  const x = input(context, 0);
  const { attributes, opset, op } = context;
  const mode = padModes[attributes.word('mode', 'constant', ['constant', 'reflect', 'edge', 'wrap'])];
  const pads = opset >= 11 ? requiredNumbers(context, 1) : (attributes.ints('pads') ?? []);
  const axes = (numbers(context, 3) ?? x.shape.map((_, axis) => axis)).map((axis) => normalizeAxis(op, axis, x.rank));
  if (pads.length !== 2 * axes.length) {
    throw shapeError(context, 'pads do not fit the input', `[${pads}]`, `${2 * axes.length} numbers`);
  }
  const widths = x.shape.map((_, axis): readonly [number, number] => {
    const at = axes.indexOf(axis);
    return at < 0 ? [0, 0] : [pads[at], pads[axes.length + at]];
  });
  fitting(
    context,
    x.shape.map((size, axis) => Math.max(0, size + widths[axis][0] + widths[axis][1])),
  );
  const value = opset >= 11 ? Number(context.inputs.at(2)?.dataSync()[0] ?? 0) : attributes.float('value', 0);
  const grown = widths.map(([low, high]) => [Math.max(0, low), Math.max(0, high)] as const);
  const padded: Tensor = pad<Shape, readonly (readonly [number, number])[]>(
    x,
    grown,
    mode === 'constant' ? { value } : { mode },
  );
  const cut = padded.shape.map((size, axis): SliceRange => {
    const [low, high] = widths[axis];
    return [Math.max(0, -low), size - Math.max(0, -high)];
  });
  return slice(padded, cut);
};

const shapeNode: Operator = (context) => {
  const { shape } = input(context, 0);
  const { attributes, host } = context;
  const sizes = shape.slice(attributes.int('start', 0), attributes.has('end') ? attributes.int('end', 0) : undefined);
  return tensor([...sizes], { dtype: 'i64', device: host });
};

const constantOfShape: Operator = (context) => {
  const shape = fitting(context, requiredNumbers(context, 0));
  const value = context.attributes.tensor('value');
  if (!value) return full(shape, 0, { dtype: 'f32', device: context.host });
  const { dtype, elements } = storedElements(context.op, value);
  return full(shape, elements.at(0) ?? 0, { dtype, device: context.host });
};

const range: Operator = (context) => {
  const [start, limit, delta] = [0, 1, 2].map((index) => Number(input(context, index).dataSync()[0]));
  const { dtype } = input(context, 0);
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  fitting(context, [Number.isFinite(count) ? count : Number.MAX_SAFE_INTEGER]);
  const values = Float64Array.from({ length: count }, (_, index) => start + index * delta);
  return fromData(values, [count], { dtype, device: context.host });
};

/** Operators that move elements, or tell and make shapes. */
export const shapeOperators: Readonly<Record<string, Operator>> = {
  Reshape: reshapeNode,
  Flatten: flattenNode,
  Transpose: transposeNode,
  Squeeze: squeezeNode,
  Unsqueeze: unsqueezeNode,
  Concat: concatNode,
  Split: splitNode,
  Slice: sliceNode,
  Gather: gatherNode,
  Expand: expandNode,
  Tile: tileNode,
  Pad: padNode,
  Shape: shapeNode,
  Size: (context) =>
    tensor([elementCount(input(context, 0).shape)], { dtype: 'i64', device: context.host }).reshape([]),
  ConstantOfShape: constantOfShape,
  Range: range,
};
