import type { DType } from '@cenote/backend';
import type { Draft } from './draft.js';
import type { Random } from './random.js';
import { randomIndices, randomTensor } from './tensors.js';

const dtypes: readonly DType[] = ['f32', 'f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'];

/** Scatter along an axis, with collisions. */
export function scatterDraft(random: Random): Draft {
  const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, random.oneIn(4) ? 17 : 5));
  const axis = random.integer(0, shape.length - 1);
  const indexShape = shape.map((size, at) => (at === axis ? random.integer(1, 9) : size));
  const dtype = random.pick(dtypes);
  return {
    name: `scatter-${dtype}`,
    op: { kind: 'scatter', axis },
    inputs: [randomIndices(random, indexShape, shape[axis]), randomTensor(random, dtype, indexShape, 'special')],
    outputs: [{ dtype, shape }],
    tolerance: 'identical',
  };
}
