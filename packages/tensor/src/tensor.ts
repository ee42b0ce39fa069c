import {
  byteSize,
  type DType,
  isSyncBackend,
  type TypedArray,
  type TypedArrayOf,
  typedArrayView,
} from '@cenote/backend';
import { CenoteError, elementCount, formatShape, type Shape, sameShape } from '@cenote/shape';
import type { Device } from './device.js';
import { contiguous } from './dispatch.js';
import { Forgotten, type Remains } from './forgotten.js';
import { type BackwardOptions, type GradientOrigin, gradientEngine } from './gradient.js';
import { trackLeak, untrackLeak } from './leaks.js';
import { formatTensor, type NestedArray, nest } from './print.js';
import { enterScope, leaveScopes } from './scope.js';
import { disposedError, type Value } from './storage.js';

/** What a handle holds; apart from it, so that a finaliser can release it. */
interface State extends Remains {
  /** Null once disposed of. */
  value: Value | null;
  origin: GradientOrigin | null;
  /** Whether the gradient of a leaf is this handle's to dispose of; other handles on the leaf only borrow it. */
  ownsGradient: boolean;
}

function releaseState(state: State): void {
  state.value?.storage.release();
  state.value = null;
  if (state.origin?.kind === 'node') state.origin.node.release();
  state.origin = null;
}

/** Frees the memory of tensors that were forgotten. `dispose()`, `using` and `scope` do so at once. */
const forgotten = new Forgotten<State>(releaseState);

/**
 * An immutable, n-dimensional array of numbers on a {@link Device}.
 *
 * Made by `tensor`, `zeros`, `arange`, … and by operations. Operations borrow their inputs and return new tensors, which
 * belong to the caller: free them with {@link dispose}, `using`, or `scope`; what is forgotten is freed by the garbage
 * collector some time later.
 *
 * @typeParam S The shape, as far as the compiler knows it.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, x.dtype); // [2, 2] 'f32'
 * console.log(String(x.mul(10)));
 * ```
 */
export class Tensor<out S extends Shape = Shape> {
  readonly #state: State;
  readonly #shape: S;
  readonly #dtype: DType;
  readonly #device: Device;

  /** @internal Takes over the caller's reference to the value's storage, and to the origin's node. */
  constructor(value: Value & { readonly shape: S }, origin: GradientOrigin | null = null) {
    this.#state = { value, origin, ownsGradient: false, slot: 0 };
    this.#shape = value.shape;
    this.#dtype = value.dtype;
    this.#device = value.storage.device;
    enterScope(this);
    forgotten.watch(this, this.#state);
    trackLeak(this);
  }

  /** The sizes of the axes, outermost first; `[]` for a scalar. */
  get shape(): S {
    return this.#shape;
  }

  /** The element type. */
  get dtype(): DType {
    return this.#dtype;
  }

  /** Where the elements are. */
  get device(): Device {
    return this.#device;
  }

  /** The number of axes. */
  get rank(): number {
    return this.#shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return elementCount(this.#shape);
  }

  /** Whether {@link dispose} was called. */
  get isDisposed(): boolean {
    return this.#state.value === null;
  }

  /** @internal The value; it stays this tensor's. */
  value(op: string): Value {
    if (this.#state.value === null) throw disposedError(op, this.#shape);
    return this.#state.value;
  }

  /** @internal Where this tensor comes from, for differentiation; null when it takes no part. */
  get origin(): GradientOrigin | null {
    return this.#state.origin;
  }

  /** @internal Set by the engine when it records the operation that made this tensor. */
  setOrigin(origin: GradientOrigin): void {
    this.#state.origin = origin;
  }

  /**
   * Whether operations on this tensor are recorded for differentiation. Set it to true on a tensor that you made, to
   * get a gradient for it; results of recorded operations have it too.
   *
   * @throws `INVALID_DTYPE` when set on a tensor that is not `f32` or `f64`; `INVALID_ARGUMENT` when switched off on a result.
   */
  get requiresGrad(): boolean {
    return this.#state.origin !== null;
  }

  set requiresGrad(required: boolean) {
    this.value('requiresGrad');
    const { origin } = this.#state;
    if (required === (origin !== null)) return;
    if (!required) {
      if (origin?.kind === 'node') {
        throw new CenoteError({
          code: 'INVALID_ARGUMENT',
          op: 'requiresGrad',
          what: 'cannot be switched off on a result of a recorded operation',
          got: 'false on a result',
          expected: 'a leaf',
          hint: 'Use detach() for a tensor that takes no part in differentiation',
        });
      }
      if (this.#state.ownsGradient) origin?.grad?.dispose();
      this.#state.origin = null;
      return;
    }
    if (this.#dtype !== 'f32' && this.#dtype !== 'f64') {
      throw new CenoteError({
        code: 'INVALID_DTYPE',
        op: 'requiresGrad',
        what: 'only floating-point tensors have gradients',
        got: this.#dtype,
        expected: 'f32 or f64',
        hint: "Convert with to('f32') first",
      });
    }
    gradientEngine('requiresGrad');
    this.#state.origin = { kind: 'leaf', grad: null };
    this.#state.ownsGradient = true;
  }

  /** Whether this tensor was made by the user, not by a recorded operation. Only leaves collect a {@link grad}. */
  get isLeaf(): boolean {
    return this.#state.origin?.kind !== 'node';
  }

  /** The gradient that `backward()` collected here, or null. It belongs to this tensor. */
  get grad(): Tensor | null {
    const { origin } = this.#state;
    return origin?.kind === 'leaf' ? origin.grad : null;
  }

  /** Replaces the gradient, or drops it with null. The old one is disposed of; the new one belongs to this tensor from here on. */
  set grad(gradient: Tensor | null) {
    const { origin } = this.#state;
    if (origin?.kind !== 'leaf') {
      throw new CenoteError({
        code: 'NOT_DIFFERENTIABLE',
        op: 'grad',
        what: 'only a leaf with requiresGrad has a gradient',
        got: origin ? 'a result of a recorded operation' : 'requiresGrad = false',
        expected: 'a leaf with requiresGrad = true',
        hint: 'Set requiresGrad = true on a tensor that you made',
      });
    }
    if (origin.grad !== gradient) origin.grad?.dispose();
    origin.grad = gradient;
    if (gradient) leaveScopes(gradient);
  }

  /**
   * Computes the gradient of this tensor with respect to every leaf that it was computed from, and adds it to their
   * {@link grad}.
   *
   * @param gradient The gradient of something later with respect to this tensor; may be left out when it has one element.
   * @throws `NOT_DIFFERENTIABLE` when nothing was recorded, or `@cenote/autograd` is not loaded.
   */
  backward(gradient?: Tensor, options: BackwardOptions = {}): void {
    this.value('backward');
    gradientEngine('backward').backward(this, gradient, options);
  }

  /** The same values without the history: no gradient flows through. Shares memory. */
  detach(): Tensor<S> {
    return new Tensor(retained(this.value('detach'), this.#shape));
  }

  /** @internal Another handle on the same values and history. */
  alias(): Tensor<S> {
    const { origin } = this.#state;
    if (origin?.kind === 'node') origin.node.retain();
    return new Tensor(retained(this.value('alias'), this.#shape), origin);
  }

  /**
   * Replaces the values of a leaf, e.g. of a parameter by its update. Nothing is copied: both then share memory. Views
   * and recorded operations made before keep the old values; no gradient flows from the new to the old.
   *
   * @param source Same shape, dtype and device.
   * @returns This tensor.
   */
  assign(source: Tensor): this {
    this.value('assign');
    if (!this.isLeaf) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'assign',
        what: 'only a leaf can be assigned to',
        got: 'a result of a recorded operation',
        expected: 'a tensor that you made, such as a parameter',
        hint: 'Use detach() first',
      });
    }
    if (source.dtype !== this.#dtype || source.device !== this.#device || !sameShape(source.shape, this.#shape)) {
      throw new CenoteError({
        code: 'INVALID_SHAPE',
        op: 'assign',
        what: 'the new values do not fit',
        got: `${source.dtype} ${formatShape(source.shape)} on ${source.device.name}`,
        expected: `${this.#dtype} ${formatShape(this.#shape)} on ${this.#device.name}`,
        hint: 'Assign a tensor of the same shape, dtype and device',
      });
    }
    const next = contiguous(source.value('assign'), 'assign');
    this.#state.value?.storage.release();
    this.#state.value = next;
    return this;
  }

  /** The elements in row-major order, as a typed array of your own. */
  data(): Promise<TypedArray>;
  /** As `data()`, when you know the dtype. @throws `INVALID_DTYPE` when it is another one. */
  data<D extends DType>(dtype: D): Promise<TypedArrayOf[D]>;
  async data(dtype: DType = this.#dtype): Promise<TypedArray> {
    this.#assertDType('data', dtype);
    const { backend } = this.#device;
    const value = contiguous(this.value('data'), 'data');
    try {
      const size = byteSize[dtype];
      const bytes = await backend.read(value.storage.buffer, value.offset * size, this.size * size);
      return typedArrayView(dtype, bytes, 0, this.size);
    } finally {
      value.storage.release();
    }
  }

  /** As {@link data}, at once. @throws `UNSUPPORTED` when the device cannot be read without waiting. */
  dataSync(): TypedArray;
  dataSync<D extends DType>(dtype: D): TypedArrayOf[D];
  dataSync(dtype: DType = this.#dtype): TypedArray {
    this.#assertDType('dataSync', dtype);
    const { backend } = this.#device;
    if (!isSyncBackend(backend)) {
      throw new CenoteError({
        code: 'UNSUPPORTED',
        op: 'dataSync',
        what: `the ${backend.name} device cannot be read without waiting`,
        got: 'a synchronous read',
        expected: 'an asynchronous one',
        hint: 'Write await tensor.data()',
      });
    }
    const value = contiguous(this.value('dataSync'), 'dataSync');
    try {
      const size = byteSize[dtype];
      const bytes = backend.readSync(value.storage.buffer, value.offset * size, this.size * size);
      return typedArrayView(dtype, bytes, 0, this.size);
    } finally {
      value.storage.release();
    }
  }

  /** The elements as nested arrays of numbers, one level per axis; a number for a scalar. `bool` gives 0 and 1. */
  async toArray(): Promise<NestedArray> {
    return nest(await this.data(), this.#shape);
  }

  /** As {@link toArray}, at once. */
  toArraySync(): NestedArray {
    return nest(this.dataSync(), this.#shape);
  }

  /** The only element, as a number. @throws `INVALID_SHAPE` when there is not exactly one. */
  async item(): Promise<number> {
    this.#assertOneElement();
    return Number((await this.data())[0]);
  }

  /** As {@link item}, at once. */
  itemSync(): number {
    this.#assertOneElement();
    return Number(this.dataSync()[0]);
  }

  /** Frees the memory, unless views or recorded operations still need it. The tensor cannot be used any more. May be called twice. */
  dispose(): void {
    if (this.#state.value === null) return;
    if (this.#state.ownsGradient && this.#state.origin?.kind === 'leaf') this.#state.origin.grad?.dispose();
    forgotten.unwatch(this, this.#state);
    untrackLeak(this);
    leaveScopes(this);
    releaseState(this.#state);
  }

  /** `using x = …` disposes of it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Printed as PyTorch does; long tensors are summarised. On devices without synchronous reads, the shape and dtype only. */
  toString(): string {
    if (this.isDisposed) return `tensor(disposed, shape=${formatShape(this.#shape)}, dtype=${this.#dtype})`;
    const elements = isSyncBackend(this.#device.backend) ? this.dataSync() : null;
    return formatTensor({
      elements,
      shape: this.#shape,
      dtype: this.#dtype,
      device: this.#device.name,
      requiresGrad: this.requiresGrad,
    });
  }

  /** What Node's `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #assertDType(op: string, dtype: DType): void {
    if (dtype === this.#dtype) return;
    throw new CenoteError({
      code: 'INVALID_DTYPE',
      op,
      what: 'the tensor has another dtype',
      got: this.#dtype,
      expected: dtype,
      hint: `Convert with to('${dtype}') first`,
    });
  }

  #assertOneElement(): void {
    if (this.size === 1) return;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: 'item',
      what: 'the tensor does not have exactly one element',
      got: `shape ${formatShape(this.#shape)} (${this.size} elements)`,
      expected: 'one element',
      hint: 'Use data() or toArray() for more',
    });
  }
}

function retained<S extends Shape>(value: Value, shape: S): Value & { readonly shape: S } {
  return { ...value, shape, storage: value.storage.retain() };
}
