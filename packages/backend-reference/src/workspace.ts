/**
 * Scratch memory that kernels share: an array for each name, made larger when a kernel asks for more, and never given
 * back while the backend lives. What is in it is left over from earlier kernels.
 */
export class Workspace {
  readonly #numbers = new Map<string, Float64Array>();
  readonly #bigints = new Map<string, BigInt64Array>();

  /** At least `length` numbers. The same array for the same name, until a longer one is needed. */
  numbers(name: string, length: number): Float64Array {
    let array = this.#numbers.get(name);
    if (array === undefined || array.length < length) {
      array = new Float64Array(length);
      this.#numbers.set(name, array);
    }
    return array;
  }

  /** At least `length` bigints. The same array for the same name, until a longer one is needed. */
  bigints(name: string, length: number): BigInt64Array {
    let array = this.#bigints.get(name);
    if (array === undefined || array.length < length) {
      array = new BigInt64Array(length);
      this.#bigints.set(name, array);
    }
    return array;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#numbers.clear();
    this.#bigints.clear();
  }
}
