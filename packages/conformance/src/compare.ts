import { type DType, isFloat, type TypedArray } from '@cenote/backend';
import type { Tolerance } from './case.js';
import { decodeElement, type ElementValue, formatPosition, positions, type TensorData } from './tensor-data.js';

const epsilon = { f32: 2 ** -23, f64: 2 ** -52 };
const smallestNormal = { f32: 2 ** -126, f64: 2 ** -1022 };

/**
 * Compares what a backend wrote with what was expected.
 *
 * @param name What the tensor is called in the message: `output 0`.
 * @param buffer The buffer that holds the result, from its start.
 * @param expected The expected tensor, with the placement of the result.
 * @returns The first mismatch in words, with how many there are, or `null` when all is well.
 */
export function compare(name: string, buffer: TypedArray, expected: TensorData, tolerance: Tolerance): string | null {
  let first: string | null = null;
  let mismatches = 0;
  for (const [flat, position] of positions(expected).entries()) {
    const want = decodeElement(expected.dtype, expected.data[flat]);
    const got = buffer[position];
    if (matches(expected.dtype, got, want, tolerance)) continue;
    mismatches++;
    first ??= `${name}${formatPosition(expected.shape, flat)} is ${format(got)}, expected ${format(want)}`;
  }
  if (first === null) return null;
  return `${first} (${describe(expected.dtype, tolerance)}); ${mismatches} of ${expected.data.length} elements differ`;
}

/** Whether one element is as close to the expected one as it has to be. */
export function matches(dtype: DType, got: ElementValue, want: ElementValue, tolerance: Tolerance): boolean {
  if (typeof got === 'bigint' || typeof want === 'bigint') return got === want;
  if (Object.is(got, want)) return true;
  if (tolerance === 'identical') return false;
  if (got === want) return true;
  if (tolerance === 'equal' || !isFloat(dtype) || !Number.isFinite(got) || !Number.isFinite(want)) return false;
  const scale = Math.max(Math.abs(want), tolerance.magnitude ?? 0);
  return Math.abs(got - want) <= tolerance.ulps * epsilon[dtype] * scale + smallestNormal[dtype];
}

function describe(dtype: DType, tolerance: Tolerance): string {
  if (typeof tolerance === 'string' || !isFloat(dtype)) return `${dtype}, exact`;
  const scale = tolerance.magnitude === undefined ? '' : ` of at least ${tolerance.magnitude}`;
  return `${dtype}, within ${tolerance.ulps} units in the last place${scale}`;
}

function format(value: ElementValue): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
