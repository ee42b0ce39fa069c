import { CenoteError, elementCount, formatShape, matmulShape, type Shape } from '@cenote/shape';
import type { Checked, LinearOutput, MatmulOutput, ResultShape } from '@cenote/shape/types';
import { assertDType, promoteTypes } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { cast } from './convert.js';
import { add } from './elementwise.js';
import { computed } from './primitive.js';
import { expand, reshape, transpose } from './view.js';

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

/**
 * `x · weightᵀ + bias`, over the last axis.
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
): Tensor<ResultShape<LinearOutput<'linear', S, I, O>>>;
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor;
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
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
  const turned = transpose(weight);
  const product = matmul(x, turned);
  turned.dispose();
  if (!bias) return product;
  const result = add(product, bias);
  product.dispose();
  return result;
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
