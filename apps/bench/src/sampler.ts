/** How a call is repeated. */
export interface Calibration {
  /** Nanoseconds that a call takes, about. */
  readonly call: number;
  /** Calls in one sample, so that a sample is long enough for the clock. */
  readonly iterations: number;
}

/** Runs something, and waits when there is something to wait for. */
export type Call = () => void | Promise<void>;

/**
 * A sample lasts at least this many nanoseconds. Browsers let the clock go in steps of 5 µs, on isolated pages
 * (https://www.w3.org/TR/hr-time-3/#dfn-coarsen-time): a hundredth of it.
 */
const shortestSample = 500_000;

/** More calls than this are in no sample. */
const most = 1 << 24;

/** Nanoseconds from any start, in Node and in browsers. */
export const now = () => performance.now() * 1e6;

/** Nanoseconds of `iterations` calls. */
export async function time(call: Call, iterations: number): Promise<number> {
  const start = now();
  for (let iteration = 0; iteration < iterations; iteration++) {
    const pending = call();
    // An await costs a turn of the microtask queue, which a synchronous call does not have to pay.
    if (pending !== undefined) await pending;
  }
  return now() - start;
}

/**
 * Warms a call up and finds out how often it has to be repeated in a sample.
 *
 * @param budget Nanoseconds to spend. A call that takes longer is made once.
 */
export async function calibrate(call: Call, budget: number): Promise<Calibration> {
  const end = now() + budget;
  let iterations = 1;
  let fastest = Number.POSITIVE_INFINITY;
  let runs = 0;
  do {
    const taken = await time(call, iterations);
    // What is much shorter is known to a few steps of the clock only, and may seem to take no time at all.
    if (taken >= shortestSample / 4 || iterations === most) fastest = Math.min(fastest, taken / iterations);
    if (taken < shortestSample) iterations = Math.min(most, iterations * 2);
    runs++;
  } while (fastest === Number.POSITIVE_INFINITY || now() < end || (runs < 2 && fastest * 4 < budget));
  // After the compiler was done, fewer may be too short: go by the fastest.
  return { call: fastest, iterations: Math.min(most, Math.max(1, Math.ceil(shortestSample / fastest))) };
}

/**
 * Takes samples for a while. The first of several is not kept: while others had their turn, the processor has forgotten.
 *
 * @param budget Nanoseconds to spend; at least one sample is taken.
 * @returns Nanoseconds per call, one number for each sample.
 */
export async function sample(call: Call, iterations: number, budget: number): Promise<number[]> {
  const end = now() + budget;
  const samples: number[] = [];
  do samples.push((await time(call, iterations)) / iterations);
  while (now() < end);
  return samples.length > 2 ? samples.slice(1) : samples;
}
