import { medianSorted, quantileSorted } from 'simple-statistics';

/** What became of the samples of one contender. Times are nanoseconds per call. */
export interface Timing {
  readonly median: number;
  /** The quartiles: half of all samples lie between them. */
  readonly lower: number;
  readonly upper: number;
  readonly fastest: number;
  readonly samples: number;
  /** Medians of the rounds, in which contenders took turns. */
  readonly rounds: readonly number[];
  /** How much longer calls took in the second half of the rounds than in the first: 0.1 is a tenth. */
  readonly drift: number;
}

/** Sums samples up. @param rounds The samples of each round; at least one sample in all. */
export function timingOf(rounds: readonly (readonly number[])[]): Timing {
  const all = rounds.flat().sort((a, b) => a - b);
  const medians = rounds.filter((round) => round.length > 0).map(median);
  const half = Math.floor(medians.length / 2);
  return {
    median: medianSorted(all),
    lower: quantileSorted(all, 0.25),
    upper: quantileSorted(all, 0.75),
    fastest: all[0],
    samples: all.length,
    rounds: medians,
    drift: half === 0 ? 0 : median(medians.slice(-half)) / median(medians.slice(0, half)) - 1,
  };
}

/** The middle of some numbers, at least one. */
export function median(values: readonly number[]): number {
  return medianSorted([...values].sort((a, b) => a - b));
}

/**
 * How many times as long `time` is as `other`. The medians of a round are compared with each other, in the rounds that both
 * were in, and the middle of these ratios is taken: what slows the machine down for a while slows both.
 */
export function ratioOf(time: Timing, other: Timing): number {
  const common = Math.min(time.rounds.length, other.rounds.length);
  return median(time.rounds.slice(0, common).map((round, index) => round / other.rounds[index]));
}
