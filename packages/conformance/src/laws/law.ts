import type { Backend, DType } from '@cenote/backend';
import { type CaseOp, resolveOp, type Tolerance } from '../case.js';
import { Declined } from '../check.js';
import { compare } from '../compare.js';
import { evaluate, type OutputSpec } from '../execute.js';
import type { Random } from '../random/random.js';
import { type ElementValue, elementsOf, type TensorData, tensorOf, typedArrayOf } from '../tensor-data.js';

/** What a law computes with. */
export interface LawBench {
  readonly random: Random;
  /** The float that the backend is checked in: `f32` where it has it. */
  readonly dtype: 'f32' | 'f64';
  /**
   * Runs an op on the backend.
   *
   * @throws {@link Declined} when the backend does not have it.
   */
  run(op: CaseOp, inputs: readonly TensorData[], outputs: readonly OutputSpec[]): Promise<readonly TensorData[]>;
}

/** A relation between results of a backend that holds whatever the inputs are. */
export interface Law {
  /** For the id. */
  readonly name: string;
  /** Tries it once, and says what is wrong. */
  check(bench: LawBench): Promise<string | null>;
}

/** A bench on a backend. */
export function lawBench(backend: Backend, random: Random): LawBench {
  const dtype = backend.caps.dtypes.includes('f32') ? 'f32' : 'f64';
  return {
    random,
    dtype,
    async run(op, inputs, outputs) {
      const missing = [...inputs, ...outputs].find((tensor) => !backend.caps.dtypes.includes(tensor.dtype));
      if (missing !== undefined) throw new Declined(`has no ${missing.dtype}`);
      const results = await evaluate(backend, resolveOp(op), inputs, outputs);
      if (results === null) throw new Declined(`kernel() declines ${op.kind}`);
      return results;
    },
  };
}

/** Compares two tensors, and says which differ where. */
export function differences(
  what: string,
  got: readonly TensorData[],
  expected: readonly TensorData[],
  tolerance: Tolerance,
): string | null {
  for (const [i, tensor] of expected.entries()) {
    const name = `${what}: output ${i}`;
    const difference = compare(name, typedArrayOf(tensor.dtype, elementsOf(got[i])), tensor, tolerance);
    if (difference !== null) return difference;
  }
  return null;
}

/** Compares two numbers that should be the same but for rounding. */
export function differs(what: string, got: number, expected: number, bound: number): string | null {
  if (Math.abs(got - expected) <= bound) return null;
  return `${what}: ${got} is not ${expected} (within ${bound})`;
}

/** `fn` of every element, rounded to the tensor's dtype. */
export function mapElements(tensor: TensorData, fn: (value: number) => ElementValue): TensorData {
  return tensorOf(
    tensor.dtype,
    tensor.shape,
    elementsOf(tensor).map((value) => fn(Number(value))),
  );
}

/** The sum of all products of two tensors' elements, in f64. */
export function dot(a: TensorData, b: TensorData): number {
  const others = elementsOf(b);
  return elementsOf(a).reduce<number>((sum, value, i) => sum + Number(value) * Number(others[i]), 0);
}

/** The sum of all elements, in f64. */
export function total(tensor: TensorData): number {
  return elementsOf(tensor).reduce<number>((sum, value) => sum + Number(value), 0);
}

/** The distance between 1 and the next number. */
export function epsilonOf(dtype: DType): number {
  return dtype === 'f64' ? 2 ** -52 : 2 ** -23;
}
