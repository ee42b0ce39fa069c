import { type ConformanceCase, makeCase } from '../case.js';
import { type PlainRecord, parseRecords, recordTensor } from '../golden-records.js';
import { elementwiseGoldens } from '../goldens/elementwise.js';
import { matmulGoldens } from '../goldens/matmul.js';
import { reductionsGoldens } from '../goldens/reductions.js';

/** The cases of ops without a window, from PyTorch. */
export function plainCases(): readonly ConformanceCase[] {
  return [elementwiseGoldens, reductionsGoldens, matmulGoldens].flatMap((goldens) =>
    parseRecords<PlainRecord>(goldens).flatMap(expand),
  );
}

function expand({ id, op, dtypes, inputs, outputs, tolerance }: PlainRecord): readonly ConformanceCase[] {
  // A record whose tensors all name their dtype has no list of dtypes, and needs no substitute.
  return (dtypes ?? ['f32' as const]).map((dtype) =>
    makeCase({
      id: dtypes === undefined ? id : `${id}/${dtype}`,
      op,
      inputs: inputs.map((tensor) => recordTensor(tensor, dtype)),
      expect: outputs.map((tensor) => recordTensor(tensor, dtype)),
      tolerance,
    }),
  );
}
