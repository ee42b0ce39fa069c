import { shift } from '../axes.js';
import { type ConformanceCase, makeCase, resolveOp } from '../case.js';
import { type Draft, draftTolerance } from './draft.js';
import {
  activationGradDraft,
  argReduceDraft,
  binaryDraft,
  copyDraft,
  gatherDraft,
  matmulDraft,
  reduceDraft,
  softmaxDraft,
  unaryDraft,
  whereDraft,
} from './plain-drafts.js';
import { Random } from './random.js';
import { referenceOutputs } from './reference.js';
import { scatterDraft } from './scatter-draft.js';
import { randomPlacement } from './tensors.js';
import {
  averageDraft,
  convDraft,
  extremumDraft,
  extremumGradDraft,
  integerAverageDraft,
  lpDraft,
} from './window-drafts.js';

const drafts: readonly ((random: Random) => Draft)[] = [
  extremumDraft,
  averageDraft,
  extremumGradDraft,
  convDraft,
  unaryDraft,
  extremumDraft,
  averageDraft,
  lpDraft,
  binaryDraft,
  copyDraft,
  extremumDraft,
  convDraft,
  reduceDraft,
  matmulDraft,
  gatherDraft,
  extremumGradDraft,
  argReduceDraft,
  softmaxDraft,
  whereDraft,
  integerAverageDraft,
  scatterDraft,
  activationGradDraft,
];

/**
 * Random ops on random shapes, layouts and dtypes, with inputs that are strided views, whose results are the reference
 * backend's in f64. Half of them are about pooling.
 *
 * @param seed Equal seeds give equal cases; a case does not depend on how many there are.
 * @param count How many.
 */
export function randomCases(seed: number, count: number): readonly ConformanceCase[] {
  return Array.from({ length: count }, (_, index) => randomCase(seed, index));
}

/** The case of one index: `random/SEED/INDEX/…` again, without those before it. */
export function randomCase(seed: number, index: number): ConformanceCase {
  const random = new Random(seed, `case ${index}`);
  const draft = drafts[index % drafts.length](random);
  const { name, op, inputs, outputs } = draft;
  const expect = referenceOutputs(resolveOp(op), inputs, outputs);
  const place = op.kind === 'copy' ? randomPlacement : shiftSometimes;
  return makeCase({
    id: `random/${seed}/${index}/${name}`,
    op,
    // Where a tensor has a placement it is broadcast.
    inputs: inputs.map((tensor) => (tensor.placement === undefined ? randomPlacement(random, tensor) : tensor)),
    expect: expect.map((tensor) => place(random, tensor)),
    tolerance: draftTolerance(draft),
  });
}

function shiftSometimes(random: Random, tensor: Parameters<typeof shift>[0]): ReturnType<typeof shift> {
  return random.oneIn(3) ? shift(tensor, random.integer(1, 5)) : tensor;
}
