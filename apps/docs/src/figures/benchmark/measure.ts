/** What is timed: many calls, and then waiting until all of them are done. */
export interface Timed {
  /** Issues the work once. */
  call(): void;
  /** Resolves when what was issued is done; nothing to wait for on a CPU. */
  finish?(): Promise<void>;
}

export interface MeasureOptions {
  /** Milliseconds; more than the clock's steps by far, so that its coarseness does not show. */
  readonly roundMilliseconds: number;
  readonly rounds: number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
}

/**
 * The median time of one call, in nanoseconds. A round is as many calls as fill it; how many that is, is found out by
 * doubling, which warms up caches and compilers as well.
 */
export async function medianTime(timed: Timed, { roundMilliseconds, rounds, now }: MeasureOptions): Promise<number> {
  const time = async (calls: number): Promise<number> => {
    const start = now();
    for (let i = 0; i < calls; i++) timed.call();
    await timed.finish?.();
    return now() - start;
  };
  let calls = 1;
  let elapsed = await time(calls);
  while (elapsed < roundMilliseconds && calls < 2 ** 22) {
    calls =
      elapsed === 0 ? calls * 8 : Math.ceil(calls * Math.min(8, Math.max(1.5, (1.1 * roundMilliseconds) / elapsed)));
    elapsed = await time(calls);
  }
  const times = [elapsed / calls];
  while (times.length < rounds) times.push((await time(calls)) / calls);
  return median(times) * 1e6;
}

/** The middle one, or the mean of both in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `12.3 µs`: three digits. */
export function timeText(nanoseconds: number): string {
  const [divisor, unit] =
    nanoseconds < 1000 ? [1, 'ns'] : nanoseconds < 1e6 ? [1e3, 'µs'] : nanoseconds < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  return `${digits(nanoseconds / divisor)} ${unit}`;
}

/** Three significant digits, without exponents. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
