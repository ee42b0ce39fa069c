import type { ActivationFn, DType, Epilogue, Op } from '@cenote/backend';
import { byteSize } from '@cenote/backend';
import { CenoteError, contiguousStrides, elementCount, type Shape } from '@cenote/shape';
import type { Device } from './device.js';
import { runKernel } from './profile.js';
import { isContiguous, Storage, type Value } from './storage.js';

/** What an output shall be. */
export interface OutputSpec<S extends Shape = Shape> {
  readonly dtype: DType;
  readonly shape: S;
}

/** An uninitialised, contiguous value that belongs to the caller. */
export function allocate<S extends Shape>(
  device: Device,
  dtype: DType,
  shape: S,
  op: string,
): Value & { readonly shape: S } {
  if (!device.backend.caps.dtypes.includes(dtype)) throw unsupported(op, device, dtype);
  const storage = new Storage(device, elementCount(shape) * byteSize[dtype]);
  return { storage, buffer: storage.buffer, dtype, shape, strides: contiguousStrides(shape), offset: 0 };
}

/**
 * Computes an op on its inputs' device into new values that belong to the caller.
 *
 * A backend may decline (its `kernel` returns null). Then the op is lowered: a fused epilogue is split off, views are
 * copied to contiguous memory, and if that does not help either, an `UNSUPPORTED` error says what is missing where.
 *
 * @param name The op as the user called it, for messages.
 */
export function execute<S extends Shape>(
  op: Op,
  name: string,
  device: Device,
  inputs: readonly Value[],
  specs: readonly OutputSpec<S>[],
): (Value & { readonly shape: S })[] {
  assertOneDevice(name, device, inputs);
  const outputs: (Value & { readonly shape: S })[] = [];
  try {
    for (const spec of specs) outputs.push(allocate(device, spec.dtype, spec.shape, name));
    compute(op, name, device, inputs, outputs);
  } catch (error) {
    for (const output of outputs) output.storage.release();
    throw error;
  }
  return outputs;
}

/** Computes an op into a value that exists: for `copy` and `fill` into part of a tensor that is being built. */
export function compute(
  op: Op,
  name: string,
  device: Device,
  inputs: readonly Value[],
  outputs: readonly Value[],
): void {
  if (areEmpty(outputs)) return;
  if (tryKernel(op, device, inputs, outputs)) return;
  if (splitEpilogue(op, name, device, inputs, outputs)) return;
  if (!inputs.every(isContiguous)) {
    const copies = inputs.map((input) => contiguous(input, name));
    try {
      if (tryKernel(op, device, copies, outputs)) return;
    } finally {
      for (const copy of copies) copy.storage.release();
    }
  }
  throw unsupported(name, device, inputs.length > 0 ? inputs[0].dtype : outputs[0].dtype);
}

/** The same elements in row-major order without gaps: the value itself with another reference, or a copy. */
export function contiguous(value: Value, name: string): Value {
  if (isContiguous(value)) return { ...value, storage: value.storage.retain() };
  return execute({ kind: 'copy' }, name, value.storage.device, [value], [value])[0];
}

function tryKernel(op: Op, device: Device, inputs: readonly Value[], outputs: readonly Value[]): boolean {
  const kernel = device.kernel(op, inputs, outputs);
  if (!kernel) return false;
  runKernel(device, op, kernel, inputs, outputs);
  return true;
}

function areEmpty(outputs: readonly Value[]): boolean {
  for (const { shape } of outputs) if (elementCount(shape) > 0) return false;
  return true;
}

/** `activation(product + bias)` as three ops, for backends that do not fuse. */
function splitEpilogue(
  op: Op,
  name: string,
  device: Device,
  inputs: readonly Value[],
  outputs: readonly Value[],
): boolean {
  if ((op.kind !== 'conv' && op.kind !== 'matmul') || !op.epilogue) return false;
  const { bias, activation } = op.epilogue;
  const [output] = outputs;
  const main: Op = { ...op, epilogue: undefined };
  const steps: ((target: Value, previous: Value | null) => void)[] = [
    (target) => compute(main, name, device, inputs.slice(0, 2), [target]),
  ];
  if (bias) {
    const channelAxis =
      op.kind === 'conv' && op.geometry.dataFormat === 'channelsFirst'
        ? output.shape.length - 1 - op.geometry.rank
        : output.shape.length - 1;
    const spread = alongAxis(inputs[2], output.shape, channelAxis);
    steps.push((target, previous) =>
      compute({ kind: 'binary', fn: 'add' }, name, device, [previous ?? target, spread], [target]),
    );
  }
  if (activation) {
    steps.push((target, previous) =>
      compute({ kind: 'unary', fn: activation }, name, device, [previous ?? target], [target]),
    );
  }
  let previous: Value | null = null;
  for (let step = 0; step < steps.length; step++) {
    const last = step === steps.length - 1;
    const target: Value = last ? output : allocate(device, output.dtype, output.shape, name);
    steps[step](target, previous);
    previous?.storage.release();
    previous = last ? null : target;
  }
  return true;
}

/** A vector, seen as a tensor of `shape` that only varies along `axis`. */
function alongAxis(vector: Value, shape: Shape, axis: number): Value {
  const strides = shape.map((_, index) => (index === axis ? vector.strides[0] : 0));
  return { ...vector, shape, strides };
}

/** What a fused product takes, or nothing when there is nothing to fuse. */
export function epilogueOf(bias: boolean, activation: ActivationFn | undefined): Epilogue | undefined {
  if (!bias && !activation) return undefined;
  return activation ? { bias, activation } : { bias };
}

function assertOneDevice(name: string, device: Device, inputs: readonly Value[]): void {
  for (const input of inputs) {
    if (input.storage.device === device) continue;
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: name,
      what: 'the tensors are on different devices',
      got: `${device.name} and ${input.storage.device.name}`,
      expected: 'one device',
      hint: 'Move one of them with to(device)',
    });
  }
}

function unsupported(op: string, device: Device, dtype: DType): CenoteError {
  return new CenoteError({
    code: 'UNSUPPORTED',
    op,
    what: `the ${device.name} backend has no kernel for this`,
    got: `dtype ${dtype}`,
    expected: `one that it computes (it stores ${device.backend.caps.dtypes.join(', ')})`,
    hint: 'Convert with to(dtype), or use another device',
  });
}
