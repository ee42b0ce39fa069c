import type { DType, Op } from '@cenote/backend';
import {
  type AdaptivePoolSpec,
  type ConvSpec,
  type PoolSpec,
  resolveAdaptivePool,
  resolveConv,
  resolvePool,
  type Shape,
  type WindowGeometry,
} from '@cenote/shape';
import type { TensorData } from './tensor-data.js';

/** What the geometry of a windowed op is resolved from, since a case is data and a geometry is large. */
export type CaseWindow =
  | { readonly kind: 'pool'; readonly spec: PoolSpec; readonly inputShape: Shape }
  | { readonly kind: 'adaptivePool'; readonly spec: AdaptivePoolSpec; readonly inputShape: Shape }
  | { readonly kind: 'conv'; readonly spec: ConvSpec; readonly inputShape: Shape; readonly weightShape: Shape };

type WithWindow<O extends Op> = O extends { readonly geometry: WindowGeometry }
  ? Omit<O, 'geometry'> & { readonly window: CaseWindow }
  : O;

/** An {@link Op} whose geometry is a {@link CaseWindow}. */
export type CaseOp = WithWindow<Op>;

/**
 * How close a result has to be. NaN equals NaN; integers, indices and `bool` always have to be exact.
 *
 * - `'identical'`: the same value and the same sign of zero. For what only moves data.
 * - `'equal'`: the same value.
 * - `ulps`: at most `ulps · ε` away, relative to the expected value or, where terms cancel, to `magnitude`: the size of
 *   the largest intermediate. ε is the dtype's (2^-23 for f32, 2^-52 for f64); numbers below the smallest normal one may
 *   become 0. Infinities have to be the same.
 */
export type Tolerance = 'identical' | 'equal' | { readonly ulps: number; readonly magnitude?: number };

/** What a backend must have for a case to apply to it. */
export interface Needs {
  /** Dtypes that it stores. */
  readonly dtypes: readonly DType[];
  /** Whether it has to tell NaN from numbers (`caps.nan` is `'kept'`). */
  readonly nan: boolean;
}

/** One op with its inputs and what must come out: plain data, which can be written as JSON. */
export interface ConformanceCase {
  /** Unique and stable: `max2d/values/1x2x4x4/k2/f32`. Known failures are listed by it. */
  readonly id: string;
  readonly op: CaseOp;
  readonly inputs: readonly TensorData[];
  readonly expect: readonly TensorData[];
  readonly tolerance: Tolerance;
  readonly needs: Needs;
}

/**
 * The geometry that a case's window stands for.
 *
 * @throws CenoteError when the spec does not fit the shapes.
 */
export function resolveWindow(window: CaseWindow): WindowGeometry {
  switch (window.kind) {
    case 'pool':
      return resolvePool(window.spec, window.inputShape);
    case 'adaptivePool':
      return resolveAdaptivePool(window.spec, window.inputShape);
    case 'conv':
      return resolveConv(window.spec, window.inputShape, window.weightShape);
  }
}

/**
 * The op that a backend is asked for.
 *
 * @throws CenoteError when the spec of its window does not fit the shapes.
 */
export function resolveOp(op: CaseOp): Op {
  if (!('window' in op)) return op;
  const { window, ...rest } = op;
  return { ...rest, geometry: resolveWindow(window) };
}

/** A case with its {@link Needs}, which follow from its tensors. */
export function makeCase(parts: Omit<ConformanceCase, 'needs'>): ConformanceCase {
  const tensors = [...parts.inputs, ...parts.expect];
  return {
    ...parts,
    needs: {
      dtypes: [...new Set(tensors.map((tensor) => tensor.dtype))],
      nan: tensors.some((tensor) => tensor.data.includes('NaN')),
    },
  };
}
