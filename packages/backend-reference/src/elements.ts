import type { DType } from '@cenote/backend';

/** What one element is while it is computed with: an `i64` is a bigint, everything else a number. */
export type Element = number | bigint;

/** An array of elements: the part of a `Float64Array` or a `BigInt64Array` that kernels use. */
export interface Elements<T extends Element> {
  readonly length: number;
  [index: number]: T;
  fill(value: T, start?: number, end?: number): Elements<T>;
}

/** The dtypes whose elements are computed as numbers: every value of them is exact in an f64. */
export type NumberDType = Exclude<DType, 'i64'>;

/** Reads and writes the elements of one buffer, whose dtype it knows. Positions and steps are in elements. */
export interface Accessor<T extends Element> {
  /** `target[targetAt + i · targetStep] = buffer[at + i · step]` for `0 ≤ i < count`. */
  read(at: number, step: number, target: Elements<T>, targetAt: number, targetStep: number, count: number): void;
  /**
   * `buffer[at + i · step] = source[sourceAt + i · sourceStep]` for `0 ≤ i < count`, each rounded to the dtype once.
   * Storing into a typed array is the conversion: to f32 it rounds to the nearest, to an integer it truncates and wraps.
   */
  write(at: number, step: number, source: Elements<T>, sourceAt: number, sourceStep: number, count: number): void;
}

/** An accessor of a buffer that holds any dtype but `i64`. */
export function openNumbers(dtype: NumberDType, buffer: ArrayBuffer): Accessor<number> {
  switch (dtype) {
    case 'f32':
      return new F32Accessor(buffer);
    case 'f64':
      return new F64Accessor(buffer);
    case 'i32':
      return new I32Accessor(buffer);
    case 'u8':
      return new U8Accessor(buffer);
    case 'i8':
      return new I8Accessor(buffer);
    case 'bool':
      return new BoolAccessor(buffer);
  }
}

/** An accessor of a buffer that holds `i64`. */
export function openBigints(buffer: ArrayBuffer): Accessor<bigint> {
  return new I64Accessor(buffer);
}

// The classes below are the same but for the typed array. They are written out because an engine compiles a loop well
// when it has seen one class of typed array in it, and shares what it has seen between copies of one function.

class F32Accessor implements Accessor<number> {
  readonly #data: Float32Array;

  constructor(buffer: ArrayBuffer) {
    this.#data = new Float32Array(buffer);
  }

  read(at: number, step: number, target: Elements<number>, targetAt: number, targetStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) target[targetAt + i * targetStep] = data[at + i * step];
  }

  write(at: number, step: number, source: Elements<number>, sourceAt: number, sourceStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep];
  }
}

class F64Accessor implements Accessor<number> {
  readonly #data: Float64Array;

  constructor(buffer: ArrayBuffer) {
    this.#data = new Float64Array(buffer);
  }

  read(at: number, step: number, target: Elements<number>, targetAt: number, targetStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) target[targetAt + i * targetStep] = data[at + i * step];
  }

  write(at: number, step: number, source: Elements<number>, sourceAt: number, sourceStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep];
  }
}

class I32Accessor implements Accessor<number> {
  readonly #data: Int32Array;

  constructor(buffer: ArrayBuffer) {
    this.#data = new Int32Array(buffer);
  }

  read(at: number, step: number, target: Elements<number>, targetAt: number, targetStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) target[targetAt + i * targetStep] = data[at + i * step];
  }

  write(at: number, step: number, source: Elements<number>, sourceAt: number, sourceStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep];
  }
}

class U8Accessor implements Accessor<number> {
  readonly #data: Uint8Array;

  constructor(buffer: ArrayBuffer) {
    this.#data = new Uint8Array(buffer);
  }

  read(at: number, step: number, target: Elements<number>, targetAt: number, targetStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) target[targetAt + i * targetStep] = data[at + i * step];
  }

  write(at: number, step: number, source: Elements<number>, sourceAt: number, sourceStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep];
  }
}

class I8Accessor implements Accessor<number> {
  readonly #data: Int8Array;

  constructor(buffer: ArrayBuffer) {
    this.#data = new Int8Array(buffer);
  }

  read(at: number, step: number, target: Elements<number>, targetAt: number, targetStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) target[targetAt + i * targetStep] = data[at + i * step];
  }

  write(at: number, step: number, source: Elements<number>, sourceAt: number, sourceStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep];
  }
}

/** Reads as u8; what it stores is always 0 or 1. */
class BoolAccessor extends U8Accessor {
  readonly #data: Uint8Array;

  constructor(buffer: ArrayBuffer) {
    super(buffer);
    this.#data = new Uint8Array(buffer);
  }

  override write(
    at: number,
    step: number,
    source: Elements<number>,
    sourceAt: number,
    sourceStep: number,
    count: number,
  ): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep] !== 0 ? 1 : 0;
  }
}

class I64Accessor implements Accessor<bigint> {
  readonly #data: BigInt64Array;

  constructor(buffer: ArrayBuffer) {
    this.#data = new BigInt64Array(buffer);
  }

  read(at: number, step: number, target: Elements<bigint>, targetAt: number, targetStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) target[targetAt + i * targetStep] = data[at + i * step];
  }

  write(at: number, step: number, source: Elements<bigint>, sourceAt: number, sourceStep: number, count: number): void {
    const data = this.#data;
    for (let i = 0; i < count; i++) data[at + i * step] = source[sourceAt + i * sourceStep];
  }
}
