import {
  abs,
  add,
  argmax,
  argmin,
  cast,
  exp,
  log,
  max,
  mean,
  min,
  prod,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@cenote/tensor';
import { input, type NodeContext, numbers, type Operator, unsupported } from '../context.js';

type Reduce = (x: Tensor, axes: readonly number[], options: { readonly keepDim: boolean }) => Tensor;

/** Axes are an attribute at first; an input since opset 13 (`ReduceSum`) or 18 (the others). */
function axesOf(context: NodeContext, inputSince: number): readonly number[] | undefined {
  return context.opset >= inputSince ? numbers(context, 1) : context.attributes.ints('axes');
}

function reduction(fn: Reduce, inputSince = 18): Operator {
  return (context) => {
    const x = input(context, 0);
    const axes = axesOf(context, inputSince) ?? [];
    const isAll = axes.length === 0;
    if (isAll && context.attributes.int('noop_with_empty_axes', 0) !== 0) return cast(x, x.dtype);
    const keepDim = context.attributes.int('keepdims', 1) !== 0;
    return fn(x, isAll ? x.shape.map((_, axis) => axis) : axes, { keepDim });
  };
}

/** The logarithm of a sum of exponentials, without overflow. */
const logSumExp: Reduce = (x, axes, options) => {
  const most = max(x, axes, { keepDim: true });
  // Where all are −∞, or some are ∞, there is nothing to take off.
  const finite = most.abs().lt(Number.POSITIVE_INFINITY).to(x.dtype);
  const shift = most.maximum(-3e38).minimum(3e38).mul(finite);
  const rest = log(sum(exp(sub(x, shift)), axes, { keepDim: true }));
  const all = add(rest, shift);
  return options.keepDim ? cast(all, all.dtype) : sum(all, axes);
};

const position =
  (find: (x: Tensor, axis: number, options: { readonly keepDim: boolean }) => Tensor): Operator =>
  (context) => {
    const { attributes } = context;
    if (attributes.int('select_last_index', 0) !== 0) {
      throw unsupported(context, 'the last of equal elements', 'select_last_index 1', '0, the first of them');
    }
    const keepDim = attributes.int('keepdims', 1) !== 0;
    return cast(find(input(context, 0), attributes.int('axis', 0), { keepDim }), 'i64');
  };

/** Operators that reduce axes. */
export const reductionOperators: Readonly<Record<string, Operator>> = {
  ReduceSum: reduction(sum, 13),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(max),
  ReduceMin: reduction(min),
  ReduceProd: reduction(prod),
  ReduceL1: reduction((x, axes, options) => sum(abs(x), axes, options)),
  ReduceL2: reduction((x, axes, options) => sqrt(sum(square(x), axes, options))),
  ReduceSumSquare: reduction((x, axes, options) => sum(square(x), axes, options)),
  ReduceLogSum: reduction((x, axes, options) => log(sum(x, axes, options))),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: position(argmax),
  ArgMin: position(argmin),
};
