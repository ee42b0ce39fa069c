import { type ActivationFn, isFloat } from '@cenote/backend';
import { CenoteError, elementCount, formatShape, matmulShape, type Shape } from '@cenote/shape';
import type { Checked, LinearOutput, MatmulOutput, ResultShape } from '@cenote/shape/types';
import { epilogueOf, execute } from '../dispatch.js';
import { recordPrimitive } from '../gradient.js';
import { assertDType, promoteTypes } from '../promote.js';
import type { Value } from '../storage.js';
import { Tensor } from '../tensor.js';
import { cast } from './convert.js';
import { add, relu, sigmoid, tanh } from './elementwise.js';
import { computed } from './primitive.js';
import { expand, reshape } from './view.js';

/**
 * The matrix product, by PyTorch's rules: two vectors give their dot product; a matrix and a vector a vector; further
 * axes in front are batches and broadcast.
 *
 * @throws `INVALID_SHAPE` when the inner sizes differ, naming both.
 *
 * @example
 * ```ts
 * const y = matmul(ones([2, 3]), ones([3, 4])); // shape [2, 4]
 * ```
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Checked<MatmulOutput<'matmul', A, B>, Tensor<B>>,
): Tensor<ResultShape<MatmulOutput<'matmul', A, B>>>;
export function matmul(a: Tensor, b: Tensor): Tensor {
  const shape = matmulShape('matmul', a.shape, b.shape);
  const dtype = promoteTypes(a.dtype, b.dtype);
  assertDType('matmul', dtype, (type) => type !== 'bool', 'any number');
  if (a.rank === 2 && b.rank === 2 && a.dtype === b.dtype) return matrixProduct(a, b, shape);
  const made: Tensor[] = [];
  const own = (tensor: Tensor, from: Tensor) => {
    if (tensor !== from) made.push(tensor);
    return tensor;
  };
  try {
    const left = own(a.dtype === dtype ? a : cast(a, dtype), a);
    const right = own(b.dtype === dtype ? b : cast(b, dtype), b);
    const rows = a.rank === 1 ? 1 : a.shape[a.rank - 2];
    const inner = a.shape[a.rank - 1];
    const columns = b.rank === 1 ? 1 : b.shape[b.rank - 1];
    const batch = shape.slice(0, shape.length - (a.rank === 1 ? 0 : 1) - (b.rank === 1 ? 0 : 1));
    // A matrix on the right serves every batch: the batches of the left are then just more rows.
    const folded = b.rank <= 2 && a.rank > 2;
    const count = folded ? 1 : elementCount(batch);
    const leftRows = folded ? elementCount(batch) * rows : rows;
    const left3 = asBatches(left, folded ? [] : batch, [leftRows, inner], count, made);
    const right3 = asBatches(right, folded ? [] : batch, [inner, columns], count, made);
    const spec = { dtype, shape: [count, leftRows, columns] };
    const [product] = computed('matmul', {}, { kind: 'matmul' }, 'matmul', [left3, right3], [spec]);
    made.push(product);
    return reshape(product, shape);
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** The product of two matrices of one dtype. */
function matrixProduct(a: Tensor, b: Tensor, shape: Shape): Tensor {
  const inputs = [batchOfOne(a.value('matmul')), batchOfOne(b.value('matmul'))];
  const output = asMatrix(
    execute({ kind: 'matmul' }, 'matmul', a.device, inputs, [{ dtype: a.dtype, shape: [1, ...shape] }])[0],
  );
  recordPrimitive('matmul', {}, [a, b], [output]);
  return output;
}

/** A matrix as the op for batches of them takes it. */
function batchOfOne(matrix: Value): Value {
  const { shape, strides } = matrix;
  return { ...matrix, shape: [1, ...shape], strides: [shape[0] * shape[1], ...strides] };
}

function asMatrix(batch: Value): Tensor {
  return new Tensor({ ...batch, shape: batch.shape.slice(1), strides: batch.strides.slice(1) });
}

/** `x` as `[count, …matrix]`, broadcast over `batch`. */
function asBatches(x: Tensor, batch: Shape, matrix: Shape, count: number, made: Tensor[]): Tensor {
  let source = x;
  if (batch.length > 0 && elementCount(x.shape) !== count * elementCount(matrix)) {
    if (x.rank <= 2) {
      const single = reshape(x, [1, ...matrix]);
      made.push(single);
      const spread = expand(single, [count, ...matrix]);
      made.push(spread);
      return spread;
    }
    source = expand(x, [...batch, ...matrix]);
    made.push(source);
  }
  const shaped = reshape(source, [count, ...matrix]);
  made.push(shaped);
  return shaped;
}

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Applied to the result, in one go with the product where the backend can. Of integers, `relu` only. */
  readonly activation?: ActivationFn;
}

/**
 * `x · weightᵀ + bias`, over the last axis: one op where the backend can.
 *
 * @param x `[…, I]`
 * @param weight `[O, I]`, as PyTorch keeps it.
 * @param bias `[O]`
 * @returns `[…, O]`
 * @throws `INVALID_SHAPE` when the number of features differs, naming both.
 */
export function linear<S extends Shape, O extends number, I extends number>(
  x: Checked<LinearOutput<'linear', S, I, O>, Tensor<S>>,
  weight: Tensor<readonly [O, I]>,
  bias?: Tensor<readonly [O]> | null,
  options?: LinearOptions,
): Tensor<ResultShape<LinearOutput<'linear', S, I, O>>>;
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null, options?: LinearOptions): Tensor;
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: LinearOptions = {}): Tensor {
  const features = x.shape[x.rank - 1];
  if (weight.rank !== 2 || x.rank < 1 || features !== weight.shape[1]) {
    throw linearError(
      weight.rank === 2 ? `expects ${weight.shape[1]} input features, got ${features}` : 'the weight is not a matrix',
      `input ${formatShape(x.shape)}, weight ${formatShape(weight.shape)}`,
      'input […, I] and weight [O, I]',
    );
  }
  if (bias && (bias.rank !== 1 || bias.shape[0] !== weight.shape[0])) {
    throw linearError(
      'the bias does not fit the weight',
      `bias ${formatShape(bias.shape)}, weight ${formatShape(weight.shape)}`,
      `bias [${weight.shape[0]}]`,
    );
  }
  const { activation } = options;
  const dtype = promoteTypes(x.dtype, weight.dtype);
  assertDType('linear', dtype, (type) => type !== 'bool', 'any number');
  if (activation && activation !== 'relu') assertDType('linear', dtype, isFloat, 'f32 or f64');
  const made: Tensor[] = [];
  const own = (tensor: Tensor) => {
    made.push(tensor);
    return tensor;
  };
  try {
    const rows = x.rank === 2 ? x : own(reshape(x, [elementCount(x.shape.slice(0, -1)), features]));
    const left = rows.dtype === dtype ? rows : own(cast(rows, dtype));
    const right = weight.dtype === dtype ? weight : own(cast(weight, dtype));
    const shape = [...x.shape.slice(0, -1), weight.shape[0]];
    if (!bias || bias.dtype === dtype) {
      const result = matrixLinear(left, right, bias, activation);
      return x.rank === 2 ? result : reshape(own(result), shape);
    }
    // A bias of another dtype meets the product, not its factors.
    const product = own(matrixLinear(left, right, null, undefined));
    const sum = add(product, bias);
    const result = activation ? activations[activation](own(sum)) : sum;
    return x.rank === 2 ? result : reshape(own(result), shape);
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

const activations = { relu, sigmoid, tanh } as const;

/** {@link linear} of a matrix, and one dtype. */
function matrixLinear(x: Tensor, weight: Tensor, bias: Tensor | null, activation: ActivationFn | undefined): Tensor {
  const value = weight.value('linear');
  const [outFeatures, inFeatures] = weight.shape;
  const transposed: Value = {
    ...value,
    shape: [1, inFeatures, outFeatures],
    strides: [inFeatures * outFeatures, value.strides[1], value.strides[0]],
  };
  const values = [batchOfOne(x.value('linear')), transposed];
  if (bias) values.push(bias.value('linear'));
  const op = { kind: 'matmul', epilogue: epilogueOf(bias !== null, activation) } as const;
  const spec = { dtype: x.dtype, shape: [1, x.shape[0], outFeatures] };
  const output = asMatrix(execute(op, 'linear', x.device, values, [spec])[0]);
  recordPrimitive('linear', { activation }, bias ? [x, weight, bias] : [x, weight], [output]);
  return output;
}

function linearError(what: string, got: string, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op: 'linear',
    what,
    got,
    expected,
    hint: 'Correct inFeatures, or flatten the input first',
  });
}
