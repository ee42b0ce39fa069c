import { type DType, dtypes } from '@cenote/backend';
import { CenoteError, type Shape } from '@cenote/shape';
import type { Device } from '../device.js';
import { allocate } from '../dispatch.js';
import { Tensor } from '../tensor.js';
import { computedLike } from './primitive.js';

/**
 * A copy of another dtype; the tensor itself, in another handle, when it has it already. Floats become integers by
 * dropping the fraction; anything but 0 becomes true in `bool`.
 *
 * @throws `INVALID_DTYPE` for a name that is not a dtype.
 */
export function cast<S extends Shape>(x: Tensor<S>, dtype: DType): Tensor<S> {
  if (!dtypes.includes(dtype)) {
    throw new CenoteError({
      code: 'INVALID_DTYPE',
      op: 'cast',
      what: 'not a dtype',
      got: String(dtype),
      expected: dtypes.join(', '),
      hint: 'Use one of these names',
    });
  }
  if (dtype === x.dtype) return x.alias();
  return computedLike('copy', {}, { kind: 'copy' }, 'cast', x, dtype);
}

/** A copy with memory of its own, in row-major order. */
export function clone<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return computedLike('copy', {}, { kind: 'copy' }, 'clone', x);
}

/**
 * The same values on another device: a copy that takes no part in differentiation; on the same device another handle on the
 * same values.
 *
 * @returns Belongs to the caller, when the promise resolves.
 * @throws `UNSUPPORTED` when the other device does not store the dtype.
 *
 * @example
 * ```ts no-run
 * const onGpu = await toDevice(x, await webgpu());
 * ```
 */
export async function toDevice<S extends Shape>(x: Tensor<S>, device: Device): Promise<Tensor<S>> {
  if (device === x.device) return x.detach();
  const { shape, dtype } = x;
  const elements = await x.data();
  const value = allocate(device, dtype, shape, 'to');
  if (elements.byteLength > 0) device.backend.write(value.storage.buffer, elements);
  return new Tensor({ ...value, shape });
}
