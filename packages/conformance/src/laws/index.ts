import { type ConformanceCheck, singleAttempt } from '../check.js';
import { Random } from '../random/random.js';
import { type Law, lawBench } from './law.js';
import { layoutLaws } from './layout-laws.js';
import { linearLaws } from './linear-laws.js';
import { poolLaws } from './pool-laws.js';

const laws: readonly Law[] = [...layoutLaws, ...poolLaws, ...linearLaws];

/**
 * Relations between a backend's own results that hold for all inputs: no expected values, so nothing that a reference
 * could have wrong as well.
 *
 * @param seed Equal seeds try equal inputs.
 * @param rounds How often each law is tried.
 */
export function lawChecks(seed: number, rounds: number): readonly ConformanceCheck[] {
  return laws.flatMap((law) => Array.from({ length: rounds }, (_, round) => lawCheck(law, seed, round)));
}

function lawCheck(law: Law, seed: number, round: number): ConformanceCheck {
  return {
    id: `law/${law.name}/${seed}/${round}`,
    async run(backend) {
      return singleAttempt(await law.check(lawBench(backend, new Random(seed, `${law.name} ${round}`))));
    },
  };
}
