import type { ActivationFn, DType, Op, PoolFn } from '@cenote/backend';
import type { AdaptivePoolSpec, ConvSpec, PoolSpec, Shape } from '@cenote/shape';
import type { Tolerance } from './case.js';
import type { JsonNumber, TensorData } from './tensor-data.js';

/** `[dtype, shape, data]`; `'T'` stands for each of the record's dtypes. */
export type RecordTensor = readonly [dtype: DType | 'T', shape: Shape, data: readonly JsonNumber[]];

/** `[shape, data]`, of the record's dtypes. */
export type ShapedData = readonly [shape: Shape, data: readonly JsonNumber[]];

/** An op without a window, as `tooling/goldens` writes it. */
export interface PlainRecord {
  readonly id: string;
  readonly op: Exclude<Op, { readonly geometry: unknown }>;
  readonly dtypes?: readonly DType[];
  readonly inputs: readonly RecordTensor[];
  readonly outputs: readonly RecordTensor[];
  readonly tolerance: Tolerance;
}

/** One pooling experiment: forward, indices, and the gradient `dx` of `dy` where there is one. */
export interface PoolRecord {
  readonly id: string;
  readonly pool: PoolFn;
  readonly dtypes: readonly DType[];
  readonly spec: Omit<PoolSpec, 'op'> | Omit<AdaptivePoolSpec, 'op'>;
  readonly x: ShapedData;
  readonly y: ShapedData;
  readonly tolerance?: Tolerance;
  /** Positions in the plane, for max. */
  readonly indices?: readonly JsonNumber[];
  readonly dy?: readonly JsonNumber[];
  readonly dx?: readonly JsonNumber[];
  readonly gradTolerance?: Tolerance;
}

/** One convolution experiment; one with an activation has no gradients. */
export interface ConvRecord {
  readonly id: string;
  readonly dtypes: readonly DType[];
  readonly spec: Omit<ConvSpec, 'op'>;
  readonly x: ShapedData;
  readonly w: ShapedData;
  readonly bias?: readonly JsonNumber[];
  readonly activation?: ActivationFn;
  readonly y: ShapedData;
  readonly tolerance: Tolerance;
  readonly dy?: readonly JsonNumber[];
  readonly dx?: readonly JsonNumber[];
  readonly dxTolerance?: Tolerance;
  readonly dw?: readonly JsonNumber[];
  readonly dwTolerance?: Tolerance;
}

/** The records of a golden file: one JSON value a line. */
export function parseRecords<R>(lines: string): readonly R[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as R);
}

/** A record's tensor in one of its dtypes. The numbers of an f32 tensor are rounded when they are used. */
export function recordTensor([dtype, shape, data]: RecordTensor, substitute: DType): TensorData {
  return { dtype: dtype === 'T' ? substitute : dtype, shape, data };
}
