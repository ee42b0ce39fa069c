/** Random choices that are the same for the same seed, by the mulberry32 generator. */
export function seededRandom(seed: number) {
  let state = (seed * 0x9e3779b9) >>> 0;
  /** In [0, 1). */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** A whole number from `low` to `high`. */
    integer: (low: number, high: number): number => low + Math.floor(next() * (high - low + 1)),
    uniform: (low: number, high: number): number => low + (high - low) * next(),
    oneIn: (every: number): boolean => next() * every < 1,
    pick: <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)],
  };
}
