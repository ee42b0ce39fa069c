import { readFileSync } from 'node:fs';
import * as tensors from '../src/index.js';
import { type DType, fromData, type Tensor } from '../src/index.js';

/** A tensor of a golden file: dtype, shape, elements. */
export type GoldenTensor = readonly [dtype: DType, shape: readonly number[], data: readonly (number | string)[]];

/** One call, with its gradients, as `tooling/goldens/beyond-pooling.py` writes it. */
export interface Golden {
  readonly id: string;
  /** The name of the function. */
  readonly op: string;
  readonly inputs: readonly GoldenTensor[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly y: GoldenTensor;
  readonly dy: GoldenTensor;
  readonly gradients: readonly GoldenTensor[];
}

/** What a real PyTorch says about padding modes and pooling beyond the plain kinds. */
export const goldens: readonly Golden[] = JSON.parse(
  readFileSync(new URL('goldens/beyond-pooling.json', import.meta.url), 'utf8'),
);

export function fromGolden([dtype, shape, data]: GoldenTensor): Tensor {
  return fromData(Float64Array.from(data, Number), shape, { dtype });
}

/** Calls the function of a golden with other inputs or options. */
export function call({ op }: Golden, inputs: readonly Tensor[], options: Golden['options']): Tensor {
  const functions: Readonly<Record<string, unknown>> = tensors;
  const fn = functions[op] as (...values: unknown[]) => Tensor;
  const { widths, levels, ...rest } = options;
  if (op === 'pad') return fn(...inputs, widths, rest);
  if (op.startsWith('spatialPyramidPool')) return fn(...inputs, levels, rest);
  if (op.startsWith('gemPool')) return fn(inputs[0], { ...rest, p: inputs[1] });
  return fn(...inputs, rest);
}
