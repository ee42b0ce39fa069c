import { bigintDomain, type Domain, numberDomain } from '../domain.js';
import type { Element, Elements, NumberDType } from '../elements.js';
import { bigintToNumber, numberToBigint } from '../functions/convert.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';

/** Turns the first `count` elements of `x` into elements of another dtype. */
type ConvertRow<X extends Element, Y extends Element> = (x: Elements<X>, y: Elements<Y>, count: number) => void;

/** `[x] → [y]`, any dtype to any dtype. Between dtypes that are numbers, storing an element is the conversion. */
export const buildCopy: KernelBuilder<'copy'> = (_op, [x], [y], workspace) => {
  const plan = planRows(y.shape, x.strides, y.strides);
  const name = x.dtype === y.dtype ? `${x.dtype}_copy` : `${x.dtype}_copy_${y.dtype}`;
  if (x.dtype === 'i64') {
    const from = bigintDomain(workspace);
    if (y.dtype === 'i64') return makeKernel(name, copyRows(plan, from, from));
    return makeKernel(name, convertRows(plan, from, numberDomain(y.dtype, workspace), toNumbers(y.dtype)));
  }
  const from = numberDomain(x.dtype, workspace);
  if (y.dtype === 'i64') return makeKernel(name, convertRows(plan, from, bigintDomain(workspace), toBigints));
  return makeKernel(name, copyRows(plan, from, numberDomain(y.dtype, workspace)));
};

function copyRows<T extends Element>(plan: RowPlan, from: Domain<T>, to: Domain<T>): KernelRun {
  const [xStep, yStep] = plan.steps;
  return ([x], [y]) => {
    const source = from.open(x.buffer.data);
    const target = to.open(y.buffer.data);
    const row = from.scratch('row', maxRowElements);
    forEachRow(plan, [x.offset, y.offset], ([xAt, yAt], count) => {
      source.read(xAt, xStep, row, 0, 1, count);
      target.write(yAt, yStep, row, 0, 1, count);
    });
  };
}

function convertRows<X extends Element, Y extends Element>(
  plan: RowPlan,
  from: Domain<X>,
  to: Domain<Y>,
  convert: ConvertRow<X, Y>,
): KernelRun {
  const [xStep, yStep] = plan.steps;
  return ([x], [y]) => {
    const source = from.open(x.buffer.data);
    const target = to.open(y.buffer.data);
    const row = from.scratch('row', maxRowElements);
    const converted = to.scratch('converted', maxRowElements);
    forEachRow(plan, [x.offset, y.offset], ([xAt, yAt], count) => {
      source.read(xAt, xStep, row, 0, 1, count);
      convert(row, converted, count);
      target.write(yAt, yStep, converted, 0, 1, count);
    });
  };
}

function toNumbers(dtype: NumberDType): ConvertRow<bigint, number> {
  return (x, y, count) => {
    for (let i = 0; i < count; i++) y[i] = bigintToNumber(x[i], dtype);
  };
}

const toBigints: ConvertRow<number, bigint> = (x, y, count) => {
  for (let i = 0; i < count; i++) y[i] = numberToBigint(x[i]);
};
