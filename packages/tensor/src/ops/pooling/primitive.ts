import type { IndexKind, PoolFn } from '@cenote/backend';
import type { WindowGeometry } from '@cenote/shape';
import type { Tensor } from '../../tensor.js';
import { computed } from '../primitive.js';

/** @internal Pools with a geometry that is resolved already; indices as asked for. */
export function poolWith(op: string, x: Tensor, pool: PoolFn, geometry: WindowGeometry, indices: IndexKind): Tensor[] {
  const shape = geometry.outputShape;
  const specs = [{ dtype: x.dtype, shape }];
  if (indices !== 'none') specs.push({ dtype: indices === 'window' ? 'u8' : 'i32', shape });
  return computed('pool', { pool, geometry, indices }, { kind: 'pool', pool, geometry, indices }, op, [x], specs);
}

/** @internal The gradient of {@link poolWith}; for differentiation engines. */
export function poolGradient(
  inputs: readonly Tensor[],
  pool: PoolFn,
  geometry: WindowGeometry,
  indices: IndexKind,
): Tensor {
  const op = { kind: 'poolGrad', pool, geometry, indices } as const;
  const spec = { dtype: inputs[0].dtype, shape: geometry.inputShape };
  return computed('poolGrad', { pool, geometry, indices }, op, 'poolGrad', inputs, [spec])[0];
}
