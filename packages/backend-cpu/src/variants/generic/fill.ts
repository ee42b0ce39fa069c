import { byteSize, type DType, type Layout } from '@cenote/backend';
import { output, type Plan, table, type Variant } from '../../plan.js';
import { movedElements, planRows } from './rows.js';
import { elementwisePlan } from './scalar-plan.js';

/** `fill` for every dtype and layout that the contract allows. */
export const genericFill: readonly Variant<'fill'>[] = [
  { target: 'scalar', plan: ({ value }, _inputs, [y]) => fillPlan(`${y.dtype}_fill`, value, y) },
];

/** Fills an output with a value, which is converted as `copy` converts. */
export function fillPlan(name: string, value: number | bigint, y: Layout): Plan | null {
  const element = elementBytes(value, y.dtype);
  // Where all bytes are the same, as those of 0 are, they are filled faster than elements.
  const isBytes = y.strides.at(-1) === 1 && element.every((byte) => byte === element[0]);
  const size = byteSize[y.dtype];
  const bytes: Layout = {
    dtype: 'u8',
    shape: [...y.shape, size],
    strides: [...y.strides.map((stride) => stride * size), 1],
  };
  const filled = isBytes ? bytes : y;
  return elementwisePlan({
    name,
    function: 'fill',
    rows: planRows(filled.shape, [filled], movedElements),
    args: [output(0), table(element), byteSize[filled.dtype]],
    output: filled,
    nanosecondsEach: isBytes ? 0.05 : 0.4,
  });
}

/** The bytes of a value as an element of `dtype`. */
function elementBytes(value: number | bigint, dtype: DType): Uint8Array {
  return new Uint8Array(elementArray(value, dtype).buffer);
}

function elementArray(value: number | bigint, dtype: DType): { readonly buffer: ArrayBuffer } {
  switch (dtype) {
    case 'f32':
      return Float32Array.of(Number(typeof value === 'bigint' ? roundToOdd(value) : value));
    case 'f64':
      return Float64Array.of(Number(value));
    case 'i64':
      return BigInt64Array.of(typeof value === 'bigint' ? value : wholePart(value));
    case 'bool':
      return Uint8Array.of(Number(typeof value === 'bigint' ? value !== 0n : value !== 0));
    case 'i32':
      return Int32Array.of(lowBits(value));
    case 'u8':
    case 'i8':
      return Uint8Array.of(lowBits(value));
  }
}

/** A typed array truncates and wraps a number around by itself. */
function lowBits(value: number | bigint): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : value;
}

function wholePart(value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
}

/**
 * A value that f64 holds, and from which rounding to f32 gives what rounding the given value would have given (Boldo and
 * Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008).
 */
function roundToOdd(value: bigint): bigint {
  if (BigInt.asIntN(54, value) === value) return value;
  const cut = (value >> 11n) << 11n;
  return cut === value ? value : cut | (1n << 11n);
}
