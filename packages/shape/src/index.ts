export { type AdaptivePoolSpec, type GlobalPoolSpec, resolveAdaptivePool, resolveGlobalPool } from './adaptive-pool.js';
export { normalizeAxes, normalizeAxis } from './axes.js';
export { broadcastShapes } from './broadcast.js';
export { concatShape } from './concat-shape.js';
export { type ConvSpec, resolveConv } from './conv.js';
export {
  type Cost,
  type CostOptions,
  convCost,
  linearCost,
  matmulCost,
  poolCost,
  validTaps,
  windowTaps,
} from './cost.js';
export * from './error.js';
export { type FractionalPoolShape, type FractionalPoolSpec, resolveFractionalPool } from './fractional-pool.js';
export { maxAxisSize, maxElements } from './limits.js';
export { matmulShape } from './matmul-shape.js';
export type { Padding } from './padding.js';
export { type IntegerRange, type PaddingRequest, type PaddingSolutions, paddingFor } from './padding-for.js';
export type { PerAxis } from './per-axis.js';
export { type PoolSpec, resolvePool } from './pool.js';
export {
  type PositionRange,
  type ReceptiveField,
  type ReceptiveStep,
  receptiveField,
  receptiveRange,
  receptiveStep,
  visibleRange,
} from './receptive-field.js';
export { reduceShape } from './reduce-shape.js';
export { flattenShape, permuteShape, reshapeShape } from './reshape-shape.js';
export * from './shape.js';
export { type UnpoolSpec, unpoolShape } from './unpool-shape.js';
export { type WindowBand, windowBand } from './window-band.js';
export * from './window-geometry.js';
