/** What became of a check. All but `fail` and `unexpectedPass` are fine. */
export type ConformanceStatus = 'pass' | 'fail' | 'expectedFailure' | 'unexpectedPass' | 'declined';

/** The result of one check. */
export interface ConformanceResult {
  /** The check's id. */
  readonly id: string;
  readonly status: ConformanceStatus;
  /** The kernels that were tried, by name. */
  readonly variants: readonly string[];
  /** What is wrong, why it was declined, or the reason of a known failure; empty for a pass. */
  readonly message: string;
}

/** The results of all checks. */
export interface ConformanceReport {
  /** Whether there is neither a failure nor an unexpected pass. */
  readonly ok: boolean;
  /** How many checks there were of each status. */
  readonly counts: { readonly [S in ConformanceStatus]: number };
  readonly results: readonly ConformanceResult[];
}
