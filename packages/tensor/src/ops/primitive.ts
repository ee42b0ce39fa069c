import type { DType, Op } from '@cenote/backend';
import type { Shape } from '@cenote/shape';
import { execute, type OutputSpec } from '../dispatch.js';
import { type PrimitiveName, type Primitives, recordPrimitive } from '../gradient.js';
import type { Value } from '../storage.js';
import { Tensor } from '../tensor.js';

/**
 * Computes an op and records it as a primitive.
 *
 * @param label The operation as the user called it, for messages.
 */
export function computed<N extends PrimitiveName>(
  name: N,
  attributes: Primitives[N],
  op: Op,
  label: string,
  inputs: readonly Tensor[],
  specs: readonly OutputSpec[],
): Tensor[] {
  const outputs = evaluate(op, label, inputs, specs);
  recordPrimitive(name, attributes, inputs, outputs);
  return outputs;
}

/** Computes an op of which no gradient is ever asked: comparisons, positions. */
export function evaluate(op: Op, label: string, inputs: readonly Tensor[], specs: readonly OutputSpec[]): Tensor[] {
  // Loops, here and below: every operation passes through, and closures cost as much as what they do.
  const values: Value[] = [];
  for (const input of inputs) values.push(input.value(label));
  const outputs: Tensor[] = [];
  for (const value of execute(op, label, inputs[0].device, values, specs)) outputs.push(new Tensor(value));
  return outputs;
}

/** {@link computed}, with one input and one output like it. */
export function computedLike<N extends PrimitiveName, S extends Shape>(
  name: N,
  attributes: Primitives[N],
  op: Op,
  label: string,
  input: Tensor<S>,
  dtype: DType = input.dtype,
): Tensor<S> {
  const output = evaluatedLike(op, label, input, dtype);
  recordPrimitive(name, attributes, [input], [output]);
  return output;
}

/** {@link evaluate}, with one input and one output of its shape. */
export function evaluatedLike<S extends Shape>(op: Op, label: string, input: Tensor<S>, dtype: DType): Tensor<S> {
  const { shape, device } = input;
  return new Tensor(execute(op, label, device, [input.value(label)], [{ dtype, shape }])[0]);
}

/** Another view of the same elements, recorded as a primitive. */
export function viewed<N extends PrimitiveName>(
  name: N,
  attributes: Primitives[N],
  label: string,
  input: Tensor,
  view: { readonly shape: Shape; readonly strides: readonly number[]; readonly offset?: number },
): Tensor {
  const value: Value = input.value(label);
  const output = new Tensor({ ...value, ...view, storage: value.storage.retain() });
  recordPrimitive(name, attributes, [input], [output]);
  return output;
}
