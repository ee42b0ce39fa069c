import type { BufferHandle, DType } from '@cenote/backend';
import { CenoteError, type Shape } from '@cenote/shape';
import type { Device } from './device.js';

/**
 * A backend buffer with the only reference count in Cenote. Every tensor handle, view and saved value holds one
 * reference; the last release gives the buffer back.
 */
export class Storage {
  readonly device: Device;
  readonly buffer: BufferHandle;
  #references = 1;

  constructor(device: Device, byteLength: number) {
    this.device = device;
    this.buffer = device.allocate(byteLength);
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.device.free(this.buffer);
  }
}

/**
 * What a tensor is, without its handle: a layout over a storage. Immutable; whoever holds one holds a reference to the
 * storage. It is a `Layout` and a `View` as well, so that backends are given values as they are.
 */
export interface Value {
  readonly storage: Storage;
  /** The storage's. */
  readonly buffer: BufferHandle;
  readonly dtype: DType;
  readonly shape: Shape;
  /** In elements; 0 on broadcast axes. */
  readonly strides: readonly number[];
  /** Position of the first element in the storage, in elements. */
  readonly offset: number;
}

/** Whether the elements lie in row-major order without gaps. Axes of size 1 do not matter. */
export function isContiguous(value: Value): boolean {
  let expected = 1;
  for (let axis = value.shape.length - 1; axis >= 0; axis--) {
    const size = value.shape[axis];
    if (size === 0) return true;
    if (size !== 1 && value.strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** The error for a tensor that was used after `dispose()`. */
export function disposedError(op: string, shape: Shape): CenoteError {
  return new CenoteError({
    code: 'DISPOSED',
    op,
    what: 'the tensor was disposed of',
    got: `a disposed tensor of shape [${shape.join(', ')}]`,
    expected: 'a live one',
    hint: 'Use it before dispose() or the end of its scope, or return it from the scope',
  });
}
