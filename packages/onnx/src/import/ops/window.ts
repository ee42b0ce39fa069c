import { CenoteError, type Padding, type SpatialRank } from '@cenote/shape';
import type { Tensor } from '@cenote/tensor';
import type { NodeContext } from '../context.js';
import { excerpt } from '../errors.js';

/** The number of spatial axes of a node with windows: all but batch and channels. */
export function spatialRank({ op }: NodeContext, x: Tensor): SpatialRank {
  const rank = x.rank - 2;
  if (rank === 1 || rank === 2 || rank === 3) return rank;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'wrong number of axes',
    got: `${x.rank}`,
    expected: '3 to 5: batch, channels, and 1 to 3 spatial axes',
    hint: 'Check the shape of the input',
  });
}

/** What `auto_pad` and `pads` say. */
export function paddingOf({ attributes, op }: NodeContext, rank: SpatialRank): Padding {
  const mode = attributes.word('auto_pad', 'NOTSET', ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  if (mode === 'SAME_UPPER') return 'same';
  if (mode === 'SAME_LOWER') return 'sameLower';
  if (mode === 'VALID') return 'valid';
  const pads = attributes.ints('pads') ?? new Array<number>(2 * rank).fill(0);
  if (pads.length !== 2 * rank) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'pads do not fit the input',
      got: excerpt(`[${pads}]`),
      expected: `${2 * rank} numbers`,
      hint: 'Correct the model',
    });
  }
  // All beginnings, then all ends.
  return Array.from({ length: rank }, (_, axis) => [pads[axis], pads[rank + axis]] as const);
}

/** One number for each spatial axis, or as many ones. */
export function perAxis({ attributes }: NodeContext, name: string, rank: SpatialRank): readonly number[] {
  return attributes.ints(name) ?? new Array<number>(rank).fill(1);
}
