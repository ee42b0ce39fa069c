import { type DType, isFloat, type TypedArray } from '@cenote/backend';
import { elementCount, formatShape, type Shape } from '@cenote/shape';

/** Nested arrays of numbers, as deep as a tensor has axes. */
export type NestedArray = number | NestedArray[];

/** What there is to print of a tensor. */
export interface PrintableTensor {
  /** In row-major order; null when they cannot be read at once. */
  readonly elements: TypedArray | null;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly device: string;
  readonly requiresGrad: boolean;
}

const PRECISION = 4;
const SUMMARIZE_ABOVE = 1000;
const EDGE_ITEMS = 3;
const LINE_WIDTH = 80;
const PREFIX = 'tensor(';

/** Elements in row-major order as nested arrays. */
export function nest(elements: TypedArray, shape: Shape): NestedArray {
  const build = (axis: number, start: number, length: number): NestedArray => {
    if (axis === shape.length) return Number(elements[start]);
    const step = shape[axis] === 0 ? 0 : length / shape[axis];
    return Array.from({ length: shape[axis] }, (_, index) => build(axis + 1, start + index * step, step));
  };
  return build(0, 0, elements.length);
}

/**
 * A tensor as text, by PyTorch's rules: 4 digits, scientific notation where magnitudes differ by more than 1000, edges
 * only above 1000 elements, lines of 80 columns.
 */
export function formatTensor(tensor: PrintableTensor): string {
  const { elements, shape, dtype, device, requiresGrad } = tensor;
  const suffixes: string[] = [];
  let body: string;
  if (elements === null) {
    body = '…';
    suffixes.push(`shape=${formatShape(shape)}`, `device=${device}`);
  } else if (elementCount(shape) === 0) {
    body = '[]';
    if (shape.length !== 1) suffixes.push(`shape=${formatShape(shape)}`);
  } else {
    const summarize = elementCount(shape) > SUMMARIZE_ABOVE;
    const shown = [...shownPositions(shape, summarize)].map((position) => elements[position]);
    body = formatAxis(elements, shape, 0, 0, numberFormat(shown, dtype), summarize);
  }
  if (dtype !== 'f32' && dtype !== 'bool') suffixes.push(`dtype=${dtype}`);
  if (requiresGrad) suffixes.push('requiresGrad=true');
  return appendSuffixes(`${PREFIX}${body}`, suffixes);
}

/** The suffixes go on the last line where they fit, and on one of their own otherwise. */
function appendSuffixes(text: string, suffixes: readonly string[]): string {
  if (suffixes.length === 0) return `${text})`;
  const lastLine = text.length - text.lastIndexOf('\n') - 1;
  const joined = suffixes.join(', ');
  const separator = lastLine + joined.length + 3 > LINE_WIDTH ? `,\n${' '.repeat(PREFIX.length)}` : ', ';
  return `${text}${separator}${joined})`;
}

function* shownPositions(shape: Shape, summarize: boolean, axis = 0, start = 0): Generator<number> {
  if (axis === shape.length) {
    yield start;
    return;
  }
  const step = elementCount(shape.slice(axis + 1));
  for (let index = 0; index < shape[axis]; index++) {
    if (summarize && shape[axis] > 2 * EDGE_ITEMS && index === EDGE_ITEMS) index = shape[axis] - EDGE_ITEMS;
    yield* shownPositions(shape, summarize, axis + 1, start + index * step);
  }
}

function formatAxis(
  elements: TypedArray,
  shape: Shape,
  axis: number,
  start: number,
  format: (element: number | bigint) => string,
  summarize: boolean,
): string {
  if (axis === shape.length) return format(elements[start]);
  const size = shape[axis];
  const step = elementCount(shape.slice(axis + 1));
  const skip = summarize && size > 2 * EDGE_ITEMS;
  const items: string[] = [];
  for (let index = 0; index < size; index++) {
    if (skip && index === EDGE_ITEMS) {
      items.push(axis === shape.length - 1 ? ' ...' : '...');
      index = size - EDGE_ITEMS;
    }
    items.push(formatAxis(elements, shape, axis + 1, start + index * step, format, summarize));
  }
  const indent = PREFIX.length + axis + 1;
  if (axis < shape.length - 1) {
    return `[${items.join(`,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(indent)}`)}]`;
  }
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent + 1) / (items[0].length + 2)));
  const lines: string[] = [];
  for (let index = 0; index < items.length; index += perLine)
    lines.push(items.slice(index, index + perLine).join(', '));
  return `[${lines.join(`,\n${' '.repeat(indent)}`)}]`;
}

function numberFormat(shown: readonly (number | bigint)[], dtype: DType): (element: number | bigint) => string {
  const plain =
    dtype === 'bool' ? (element: number | bigint) => (element ? 'true' : 'false') : floatFormat(shown, dtype);
  const width = Math.max(...shown.map((element) => plain(element).length));
  return (element) => plain(element).padStart(width);
}

function floatFormat(shown: readonly (number | bigint)[], dtype: DType): (element: number | bigint) => string {
  if (!isFloat(dtype)) return String;
  const magnitudes = shown
    .map((element) => Math.abs(Number(element)))
    .filter((size) => Number.isFinite(size) && size > 0);
  const largest = Math.max(...magnitudes);
  const smallest = Math.min(...magnitudes);
  const whole = magnitudes.every(Number.isInteger);
  const scientific =
    magnitudes.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4));
  return (element) => {
    const number = Number(element);
    if (Number.isNaN(number)) return 'nan';
    if (!Number.isFinite(number)) return number > 0 ? 'inf' : '-inf';
    if (scientific) return number.toExponential(PRECISION).replace(/e([+-])(\d)$/, 'e$10$2');
    const sign = Object.is(number, -0) ? '-' : '';
    return whole ? `${sign}${number.toFixed(0)}.` : `${sign}${number.toFixed(PRECISION)}`;
  };
}
