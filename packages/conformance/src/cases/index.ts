import type { ConformanceCase } from '../case.js';
import { handwrittenCases } from './by-hand.js';
import { convCases } from './conv.js';
import { d2lCases } from './d2l.js';
import { derivedCases } from './derived.js';
import { plainCases } from './plain.js';
import { poolCases } from './pool.js';

/**
 * The cases with expected values that somebody else worked out: the D2L book, PyTorch, and a few by hand; then what is
 * derived from those (other layouts, strided views, minima, other kinds of indices), under an id that extends theirs.
 *
 * @param options `derived: false` leaves the derived ones out.
 */
export function conformanceCases(options: { readonly derived?: boolean } = {}): readonly ConformanceCase[] {
  const given = [...d2lCases(), ...handwrittenCases(), ...poolCases(), ...convCases(), ...plainCases()];
  if (options.derived === false) return given;
  return given.flatMap((source) => [source, ...derivedCases(source)]);
}
