import { CenoteError } from '@cenote/shape';
import { inverseNormal } from './normal.js';
import { philox4x32 } from './philox.js';

/** Where a {@link Generator} stands: plain data, for checkpoints. */
export interface GeneratorState {
  readonly seed: number;
  readonly stream: number;
  /** How many 32-bit words were drawn. */
  readonly drawn: number;
}

const TWO_32 = 0x1_0000_0000;

/**
 * A seeded source of random numbers: Philox 4×32-10 in counter mode. The same seed gives the same numbers on every
 * platform and in every version; streams of one seed are independent of each other.
 *
 * @example
 * ```ts
 * const random = generator(42);
 * random.uniform(); // in [0, 1)
 * random.permutation(5); // e.g. Int32Array [3, 0, 4, 1, 2]
 * ```
 */
export class Generator {
  readonly seed: number;
  readonly stream: number;
  #drawn: number;
  readonly #counter = new Uint32Array(4);
  readonly #key = new Uint32Array(2);
  readonly #block = new Uint32Array(4);
  #blockIndex = -1;

  /**
   * @param seed A whole number from 0 to 2^53 − 1.
   * @param stream A whole number from 0 to 2^53 − 1: another one gives independent numbers from the same seed.
   * @throws `INVALID_ARGUMENT` for any other number.
   */
  constructor(seed: number, stream = 0) {
    this.seed = checkWhole('seed', seed);
    this.stream = checkWhole('stream', stream);
    this.#drawn = 0;
    this.#key[0] = seed % TWO_32;
    this.#key[1] = Math.floor(seed / TWO_32);
    this.#counter[2] = stream % TWO_32;
    this.#counter[3] = Math.floor(stream / TWO_32);
  }

  /** Goes on where {@link Generator.state} was taken. */
  static restore(state: GeneratorState): Generator {
    const restored = new Generator(state.seed, state.stream);
    restored.#drawn = checkWhole('drawn', state.drawn);
    return restored;
  }

  /** Where this generator stands, as plain data. */
  state(): GeneratorState {
    return { seed: this.seed, stream: this.stream, drawn: this.#drawn };
  }

  /** 32 random bits, as an unsigned number. */
  bits32(): number {
    const blockIndex = Math.floor(this.#drawn / 4);
    if (blockIndex !== this.#blockIndex) {
      this.#counter[0] = blockIndex % TWO_32;
      this.#counter[1] = Math.floor(blockIndex / TWO_32);
      philox4x32(this.#counter, this.#key, this.#block);
      this.#blockIndex = blockIndex;
    }
    return this.#block[this.#drawn++ % 4];
  }

  /** 53 random bits, as a whole number from 0 to 2^53 − 1. */
  bits53(): number {
    const high = this.bits32() >>> 5;
    const low = this.bits32() >>> 6;
    return high * 0x400_0000 + low;
  }

  /** Uniform in [0, 1): 53 random bits. */
  uniform(): number {
    return this.bits53() / 2 ** 53;
  }

  /** Uniform in [0, 1) with 24 random bits: exact in `f32`. */
  uniform24(): number {
    return (this.bits32() >>> 8) / 2 ** 24;
  }

  /** Standard normal: mean 0, variance 1, by the inverse distribution function. */
  normal(): number {
    return inverseNormal((this.bits53() + 0.5) / 2 ** 53);
  }

  /**
   * A whole number, uniform over `low ≤ n < high`, without the bias of a remainder.
   *
   * @throws `INVALID_ARGUMENT` when the bounds are not whole numbers, or not in order.
   */
  integer(low: number, high: number): number {
    const range = high - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !(range > 0) || range > 2 ** 53) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'Generator.integer',
        what: 'bounds are not a range of whole numbers',
        got: `low ${low}, high ${high}`,
        expected: 'whole numbers with low < high, at most 2^53 apart',
        hint: 'Pass low (included) and high (excluded)',
      });
    }
    const small = range <= TWO_32;
    const space = small ? TWO_32 : 2 ** 53;
    const limit = space - (space % range);
    for (;;) {
      const bits = small ? this.bits32() : this.bits53();
      if (bits < limit) return low + (bits % range);
    }
  }

  /** The numbers 0 to `count − 1` in random order (Fisher–Yates). */
  permutation(count: number): Int32Array<ArrayBuffer> {
    const order = new Int32Array(count);
    for (let index = 0; index < count; index++) order[index] = index;
    for (let index = count - 1; index > 0; index--) {
      const other = this.integer(0, index + 1);
      const kept = order[index];
      order[index] = order[other];
      order[other] = kept;
    }
    return order;
  }

  /** A new generator, seeded from this one: for a part of a program that must not disturb the numbers of the rest. */
  split(): Generator {
    return new Generator(this.bits53(), this.stream);
  }
}

/**
 * A seeded source of random numbers.
 *
 * @param seed A whole number from 0 to 2^53 − 1.
 * @param stream Another stream gives independent numbers from the same seed.
 */
export function generator(seed: number, stream = 0): Generator {
  return new Generator(seed, stream);
}

// Made when it is wanted, so that bundlers can leave the class out where it is not.
let shared: Generator | undefined;

/** The generator that is used where none is given. Seeded with 0 until {@link manualSeed} is called. */
export function defaultGenerator(): Generator {
  shared ??= new Generator(0);
  return shared;
}

/** Seeds the default generator anew. */
export function manualSeed(seed: number): Generator {
  shared = new Generator(seed);
  return shared;
}

function checkWhole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'generator',
    what: `${name} is not a whole number`,
    got: String(value),
    expected: 'a whole number from 0 to 2^53 − 1',
    hint: `Pass a non-negative integer as ${name}`,
  });
}
