import { CenoteError } from '@cenote/shape';
import { concat, full, max, type Shape, slice, stack, type Tensor } from '@cenote/tensor';
import { fitting, input, type Operator } from '../context.js';

/** The most cells of all regions together: each is an operation of its own. */
const mostCells = 2 ** 16;

/** What a cell sees along one axis: a part of the region, cut off at the edges of the image. */
type Cell = readonly [start: number, end: number];

/** Half away from zero, as in C. */
const roundHalfAway = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

/**
 * The cells of a region along one axis, in the arithmetic of f32 that ONNX Runtime has: from `⌊i · size / count⌋` to
 * `⌈(i + 1) · size / count⌉`.
 */
function cellsOf(from: number, to: number, scale: number, count: number, length: number): readonly Cell[] {
  const start = roundHalfAway(Math.fround(from * scale));
  const size = Math.max(1, roundHalfAway(Math.fround(to * scale)) - start + 1);
  const width = Math.fround(size / count);
  const clip = (position: number) => Math.min(length, Math.max(0, position + start));
  return Array.from({ length: count }, (_, cell) => [
    clip(Math.floor(Math.fround(cell * width))),
    clip(Math.ceil(Math.fround((cell + 1) * width))),
  ]);
}

/** The largest element of each cell along an axis, which is then as long as there are cells; 0 where a cell is empty. */
function largest(x: Tensor, axis: number, cells: readonly Cell[]): Tensor {
  const parts = cells.map(([start, end]): Tensor => {
    if (end > start) return max(slice(x, [...new Array<null>(axis).fill(null), [start, end]]), axis, { keepDim: true });
    const shape: Shape = x.shape.map((size, other) => (other === axis ? 1 : size));
    return full(shape, 0, { dtype: x.dtype, device: x.device });
  });
  return concat<readonly Tensor[], number>(parts, axis);
}

/** Max pooling of regions of images, each into the same number of cells: https://github.com/onnx/onnx/blob/main/docs/Operators.md#MaxRoiPool. */
export const maxRoiPool: Operator = (context) => {
  const [x, rois] = [input(context, 0), input(context, 1)];
  const { attributes, op } = context;
  const [rows = 0, columns = 0] = attributes.ints('pooled_shape') ?? [];
  const scale = attributes.float('spatial_scale', 1);
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const [count = 0, five = 0] = rois.shape;
  const fits =
    x.rank === 4 &&
    rois.rank === 2 &&
    five === 5 &&
    [rows, columns].every((size) => Number.isInteger(size) && size > 0);
  if (!fits || count * rows * columns > mostCells) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'images, regions and cells do not fit',
      got: `images [${x.shape}], regions [${rois.shape}], pooled_shape [${rows}, ${columns}]`,
      expected: `[N, C, H, W], [regions, 5], at least one row and column, and at most ${mostCells} cells`,
      hint: 'Check the inputs',
    });
  }
  const shape = fitting(context, [count, channels, rows, columns]);
  if (count === 0) return full(shape, 0, { dtype: x.dtype, device: x.device });
  const numbers = Array.from(rois.dataSync(), Number);
  const pooled = Array.from({ length: count }, (_, region): Tensor => {
    const [item, left, top, right, bottom] = numbers.slice(region * 5, region * 5 + 5);
    if (!Number.isInteger(item) || item < 0 || item >= batch) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'a region of an image that is not there',
        got: `image ${item}`,
        expected: `a whole number below ${batch}`,
        hint: 'Check the first number of each region',
      });
    }
    const image: Tensor = slice<Shape, readonly number[]>(x, [item]);
    return largest(
      largest(image, 1, cellsOf(top, bottom, scale, rows, height)),
      2,
      cellsOf(left, right, scale, columns, width),
    );
  });
  return stack<readonly Tensor[], number>(pooled, 0);
};
