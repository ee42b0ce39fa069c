import type { DType, PoolFn } from '@cenote/backend';
import { type CaseWindow, type ConformanceCase, makeCase } from '../case.js';
import { type PoolRecord, parseRecords } from '../golden-records.js';
import { adaptivePoolGoldens } from '../goldens/adaptive-pool.js';
import { avgPoolGoldens } from '../goldens/avg-pool.js';
import { lpPoolGoldens } from '../goldens/lp-pool.js';
import { maxPoolGoldens } from '../goldens/max-pool.js';
import type { TensorData } from '../tensor-data.js';

/** Pooling and its gradients, from PyTorch. Maxima have their indices as positions in the plane. */
export function poolCases(): readonly ConformanceCase[] {
  return [maxPoolGoldens, avgPoolGoldens, lpPoolGoldens, adaptivePoolGoldens].flatMap((goldens) =>
    parseRecords<PoolRecord>(goldens).flatMap((record) => record.dtypes.flatMap((dtype) => expand(record, dtype))),
  );
}

function expand(record: PoolRecord, dtype: DType): readonly ConformanceCase[] {
  const { pool, tolerance = 'equal', gradTolerance = 'equal' } = record;
  const window = windowOf(record);
  const [shape, data] = record.x;
  const x: TensorData = { dtype, shape, data };
  const y: TensorData = { dtype, shape: record.y[0], data: record.y[1] };
  const indices: readonly TensorData[] =
    record.indices === undefined ? [] : [{ dtype: 'i32', shape: y.shape, data: record.indices }];
  const kind = indices.length > 0 ? 'plane' : 'none';
  const forward = makeCase({
    id: `${record.id}/${dtype}`,
    op: { kind: 'pool', pool, window, indices: kind },
    inputs: [x],
    expect: [y, ...indices],
    tolerance,
  });
  if (record.dy === undefined || record.dx === undefined || !holdsGradients(dtype)) return [forward];
  const dy: TensorData = { ...y, data: record.dy };
  const dx: TensorData = { ...x, data: record.dx };
  const backward = makeCase({
    id: `${record.id}/grad/${dtype}`,
    op: { kind: 'poolGrad', pool, window, indices: kind },
    inputs: pool.fn === 'lp' ? [dy, x, y] : [dy, ...indices],
    expect: [dx],
    tolerance: gradTolerance,
  });
  return [forward, backward];
}

/** Gradients are negative too, and bits have none; those of records with integers are whole numbers. */
function holdsGradients(dtype: DType): boolean {
  return dtype !== 'u8' && dtype !== 'bool';
}

function windowOf({ pool, spec, x }: PoolRecord): CaseWindow {
  const [inputShape] = x;
  if ('outputSize' in spec) {
    return { kind: 'adaptivePool', spec: { op: `${adaptiveNames[pool.fn]}${spec.rank}d`, ...spec }, inputShape };
  }
  return { kind: 'pool', spec: { op: `${names[pool.fn]}${spec.rank}d`, ...spec }, inputShape };
}

const names: { readonly [F in PoolFn['fn']]: string } = {
  max: 'maxPool',
  min: 'minPool',
  avg: 'avgPool',
  lp: 'lpPool',
};

const adaptiveNames: { readonly [F in PoolFn['fn']]: string } = {
  max: 'adaptiveMaxPool',
  min: 'adaptiveMinPool',
  avg: 'adaptiveAvgPool',
  lp: 'adaptiveLpPool',
};
