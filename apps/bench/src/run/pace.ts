import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../statistics.js';

/** From this factor on, the machine counts as slowed down. */
export const slowed = 1.15;

/** Milliseconds between two looks at a machine that is slowed down. */
const pause = 200;

/** Numbers that fit in the first cache, so that only the processor's own pace counts. */
const numbers = new Float64Array(2048).fill(1.5);
/** Where the sum goes: what nobody reads would not be computed. */
const sum = new Float64Array(1);

/** A fixed piece of work that keeps the arithmetic units busy, which a neighbour on the same core would have to share. */
function work(): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let round = 0; round < 60; round++) {
    for (let index = 0; index < numbers.length; index += 4) {
      a += numbers[index] * 1.25;
      b += numbers[index + 1] * 1.25;
      c += numbers[index + 2] * 1.25;
      d += numbers[index + 3] * 1.25;
    }
  }
  sum[0] = a + b + c + d;
}

/** How fast the machine is, as {@link Pace} tells it. */
export type PaceKeeper = Pick<Pace, 'measure' | 'factor' | 'settled'>;

/**
 * Watches how fast the machine itself is, by a fixed piece of work: virtual machines share their processors with others, and
 * may run at half their pace for seconds or minutes. What is measured then says little, of ratios too, because a copy is
 * slowed down less than arithmetic.
 */
export class Pace {
  #fastest = Number.POSITIVE_INFINITY;

  constructor() {
    // Until the compiler is done with it.
    for (let call = 0; call < 200; call++) work();
    this.measure();
  }

  /** Milliseconds that the work takes now: the fastest of five times, so that one interruption does not count. */
  measure(): number {
    let fastest = Number.POSITIVE_INFINITY;
    for (let call = 0; call < 5; call++) {
      const start = performance.now();
      work();
      fastest = Math.min(fastest, performance.now() - start);
    }
    this.#fastest = Math.min(this.#fastest, fastest);
    return fastest;
  }

  /** How many times as long the work takes, in the middle of some measurements, as at its fastest until now. */
  factor(measured: readonly number[]): number {
    return measured.length === 0 ? 1 : median(measured) / this.#fastest;
  }

  /**
   * Waits until the machine is at its pace, or the patience is at an end.
   *
   * @param patience Milliseconds.
   * @returns Milliseconds of it that are left.
   */
  async settled(patience: number): Promise<number> {
    let left = patience;
    while (left >= pause && this.factor([this.measure()]) > slowed) {
      await sleep(pause);
      left -= pause;
    }
    return left;
  }
}
