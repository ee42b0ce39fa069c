import type { DType } from '@cenote/backend';
import { type CaseWindow, type ConformanceCase, makeCase, type Tolerance } from '../case.js';
import { type ConvRecord, parseRecords, type ShapedData } from '../golden-records.js';
import { convGoldens } from '../goldens/conv.js';
import type { JsonNumber, TensorData } from '../tensor-data.js';

/** Convolutions and their gradients, from PyTorch. */
export function convCases(): readonly ConformanceCase[] {
  return parseRecords<ConvRecord>(convGoldens).flatMap((record) =>
    record.dtypes.flatMap((dtype) => expand(record, dtype)),
  );
}

function expand(record: ConvRecord, dtype: DType): readonly ConformanceCase[] {
  const { spec, bias, activation, dy, dx, dxTolerance, dw, dwTolerance } = record;
  const window: CaseWindow = {
    kind: 'conv',
    spec: { op: `conv${spec.rank}d`, ...spec },
    inputShape: record.x[0],
    weightShape: record.w[0],
  };
  const groups = spec.groups ?? 1;
  const tensor = ([shape, data]: ShapedData): TensorData => ({ dtype, shape, data });
  const x = tensor(record.x);
  const w = tensor(record.w);
  const y = tensor(record.y);
  const epilogue =
    bias === undefined && activation === undefined ? {} : { epilogue: { bias: bias !== undefined, activation } };
  const cases = [
    makeCase({
      id: `${record.id}/${dtype}`,
      op: { kind: 'conv', window, groups, ...epilogue },
      inputs: bias === undefined ? [x, w] : [x, w, { dtype, shape: [bias.length], data: bias }],
      expect: [y],
      tolerance: record.tolerance,
    }),
  ];
  const gradient = (
    kind: 'convGradInput' | 'convGradWeight',
    inputs: readonly TensorData[],
    like: TensorData,
    data: readonly JsonNumber[] | undefined,
    tolerance: Tolerance | undefined,
  ) => {
    if (data === undefined || tolerance === undefined) return;
    const id = `${record.id}/${kind}/${dtype}`;
    cases.push(makeCase({ id, op: { kind, window, groups }, inputs, expect: [{ ...like, data }], tolerance }));
  };
  if (dy !== undefined) {
    gradient('convGradInput', [{ ...y, data: dy }, w], x, dx, dxTolerance);
    gradient('convGradWeight', [x, { ...y, data: dy }], w, dw, dwTolerance);
  }
  return cases;
}
