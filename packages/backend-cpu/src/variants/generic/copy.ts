import { byteSize, type DType, isFloat, type Layout } from '@cenote/backend';
import { input, type Plan, table, type Variant } from '../../plan.js';
import { conversionOf, dtypeCode } from './codes.js';
import { movedElements, type Operand, rowElements, rowsPlan } from './rows.js';

/** `copy` for every dtype and layout that the contract allows. */
export const genericCopy: Variant<'copy'> = {
  target: 'scalar',
  plan: (_op, [x], [y]) => copyPlan(x.dtype === y.dtype ? `${x.dtype}_copy` : `${x.dtype}_copy_${y.dtype}`, x, y),
};

/** `fill` for every dtype and layout that the contract allows. */
export const genericFill: Variant<'fill'> = {
  target: 'scalar',
  plan: ({ value }, _inputs, [y]) => fillPlan(`${y.dtype}_fill`, value, y),
};

/**
 * Copies and converts a tensor. What does not change is moved, whatever it is.
 *
 * @param from Where the tensor is.
 */
export function copyPlan(name: string, x: Operand, y: Layout, from = input(0)): Plan | null {
  const conversion = conversionOf(x.dtype, y.dtype);
  return conversion === null
    ? rowsPlan(name, 'copy', [x], y, movedElements, [byteSize[y.dtype]], 0.6, 0, from)
    : rowsPlan(name, 'convert', [x], y, rowElements, [dtypeCode[x.dtype], ...conversion], 3, 1, from);
}

/** Fills an output with a value, which is copied from a constant that stands still. */
export function fillPlan(name: string, value: number | bigint, y: Layout): Plan | null {
  const [dtype, data] = constant(value, y.dtype);
  return copyPlan(name, { dtype, strides: y.strides.map(() => 0) }, y, table(data));
}

/** A value as an element, of a dtype that holds it as it is: all bytes of a zero are the same, whatever the dtype. */
function constant(value: number | bigint, wanted: DType): readonly [DType, Int32Array | Float64Array] {
  if (Object.is(value, 0)) return [wanted, new Int32Array(2)];
  // A float may have to hold an integer of more than 64 bits.
  const isInteger = typeof value === 'bigint' && (!isFloat(wanted) || BigInt.asIntN(64, value) === value);
  return isInteger ? ['i64', new Int32Array(BigInt64Array.of(value).buffer)] : ['f64', Float64Array.of(Number(value))];
}
