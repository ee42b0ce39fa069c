/**
 * A small seeded generator (splitmix32: a Weyl sequence through a 32-bit hash). The same seed gives the same numbers on
 * every platform.
 */
export class Random {
  #state: number;

  /** Numbers for one purpose: equal seeds and purposes give equal numbers. */
  constructor(seed: number, purpose: string) {
    this.#state = seed >>> 0;
    for (let i = 0; i < purpose.length; i++) this.#state = (this.bits() ^ purpose.charCodeAt(i)) >>> 0;
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let h = this.#state;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return (h ^ (h >>> 15)) >>> 0;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + (this.bits() % (high - low + 1));
  }

  /** A number in [low, high), with 24 random bits: exact in f32 where the bounds are small integers. */
  uniform(low: number, high: number): number {
    return low + ((high - low) * (this.bits() >>> 8)) / 2 ** 24;
  }

  /** True once in `every` times. */
  oneIn(every: number): boolean {
    return this.bits() % every === 0;
  }

  /** One of `choices`. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.bits() % choices.length];
  }

  /** The numbers 0 to `count − 1` in random order. */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
