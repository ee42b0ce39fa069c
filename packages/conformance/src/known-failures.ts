import type { ConformanceCheck, Findings } from './check.js';
import type { ConformanceResult } from './result.js';

/** A check that is known to fail on a backend. */
export interface KnownFailure {
  /** The check's id. */
  readonly id: string;
  /** The kernel that fails, for a backend that has several; without it, any of them. */
  readonly variant?: string;
  /** Why it fails, for whoever reads the report. */
  readonly reason: string;
}

/** The result of a check, in the light of what is known to fail. */
export function judge(id: string, findings: Findings, knownFailures: readonly KnownFailure[]): ConformanceResult {
  if ('declined' in findings) return { id, status: 'declined', variants: [], message: findings.declined };
  const entries = knownFailures.filter((entry) => entry.id === id);
  const variants = findings.attempts.map(({ variant }) => variant).filter((variant) => variant !== '');
  const failures = findings.attempts.filter(({ failure }) => failure !== null);
  const explains = (entry: KnownFailure, variant: string) => entry.variant === undefined || entry.variant === variant;
  const unknown = failures.filter(({ variant }) => !entries.some((entry) => explains(entry, variant)));
  if (unknown.length > 0) {
    const lines = unknown.map(({ variant, failure }) => (variant === '' ? failure : `${variant}: ${failure}`));
    return { id, status: 'fail', variants, message: lines.join('\n') };
  }
  for (const entry of entries) {
    if (failures.some(({ variant }) => explains(entry, variant))) continue;
    const which = entry.variant === undefined || variants.includes(entry.variant) ? 'passes now' : 'was not tried';
    const what = entry.variant === undefined ? which : `${entry.variant} ${which}`;
    const message = `${what}; remove it from the known failures (${entry.reason})`;
    return { id, status: 'unexpectedPass', variants, message };
  }
  if (entries.length === 0) return { id, status: 'pass', variants, message: '' };
  return { id, status: 'expectedFailure', variants, message: entries.map(({ reason }) => reason).join('; ') };
}

/** A failure for every entry that names no check, so that the list does not rot. */
export function strayEntries(
  checks: readonly ConformanceCheck[],
  knownFailures: readonly KnownFailure[],
): readonly ConformanceResult[] {
  const ids = new Set(checks.map(({ id }) => id));
  return knownFailures
    .filter(({ id }) => !ids.has(id))
    .map(({ id, reason }) => ({
      id,
      status: 'fail',
      variants: [],
      message: `a known failure that names no check; remove it (${reason})`,
    }));
}
