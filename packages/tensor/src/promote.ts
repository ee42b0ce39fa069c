import { type DType, isFloat } from '@cenote/backend';
import { CenoteError } from '@cenote/shape';

/** A number, or anything else that stands for a tensor without axes in an elementwise operation. */
export type Scalar = number | bigint | boolean;

/**
 * The dtype in which two dtypes meet: the wider of one kind; a float with anything else is that float; `u8` with `i8` is
 * `i32`, which holds both. PyTorch's lattice, as far as our dtypes go.
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if (isFloat(a) || isFloat(b)) return a === 'f64' || b === 'f64' ? 'f64' : 'f32';
  if (a === 'bool') return b;
  if (b === 'bool') return a;
  if (a === 'i64' || b === 'i64') return 'i64';
  return 'i32';
}

/**
 * The dtype in which a tensor meets a plain number. As in PyTorch, the number does not widen the tensor within its kind:
 * `f32` stays with any number, `u8` with a whole one; a fraction makes integers `f32`, a whole number makes `bool` `i32`.
 */
export function promoteScalar(dtype: DType, scalar: Scalar): DType {
  if (typeof scalar === 'boolean' || isFloat(dtype)) return dtype;
  if (typeof scalar === 'bigint') return dtype === 'bool' ? 'i64' : dtype;
  if (!Number.isInteger(scalar)) return 'f32';
  return dtype === 'bool' ? 'i32' : dtype;
}

/**
 * Throws unless `accepts` takes the dtype.
 *
 * @throws `INVALID_DTYPE`
 */
export function assertDType(op: string, dtype: DType, accepts: (dtype: DType) => boolean, expected: string): void {
  if (accepts(dtype)) return;
  throw new CenoteError({
    code: 'INVALID_DTYPE',
    op,
    what: 'the dtype is not one that the operation takes',
    got: dtype,
    expected,
    hint: "Convert with to('f32') first, or use another operation",
  });
}
