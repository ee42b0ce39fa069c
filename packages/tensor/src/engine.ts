/**
 * For the packages that build on the tensor core: what a gradient engine needs of it, the operations that only gradients
 * call, those of which the number of axes is known at run time only, and the windows of composed operations, for layers
 * that say their output's shape. Everybody else imports `@cenote/tensor`.
 *
 * @packageDocumentation
 */
export type { ActivationFn, BinaryFn, UnaryFn } from '@cenote/backend';
export { elementCount, sameShape, type WindowGeometry } from '@cenote/shape';
export {
  type BackwardOptions,
  type GradientCell,
  type GradientEngine,
  type GradientNode,
  type GradientOrigin,
  installGradientEngine,
  type NodeOutput,
  type PrimitiveCall,
  type PrimitiveName,
  type Primitives,
  withGradMode,
} from './gradient.js';
export { activationGradient } from './ops/activation-gradient.js';
export { assertShapeFits } from './ops/as-shape.js';
export { blurGeometry, maxBlurGeometries } from './ops/beyond-pooling/blur-pool.js';
export { polyphaseGeometry } from './ops/beyond-pooling/polyphase-sample.js';
export { pyramidGeometries, pyramidShape } from './ops/beyond-pooling/spatial-pyramid-pool.js';
export { type Subsampling, spatialAxes } from './ops/beyond-pooling/windows.js';
export { conv, convGradInput, convGradWeight, convWith } from './ops/convolution.js';
export { assertEdgeWidths, padded } from './ops/padding.js';
export { adaptivePool, type FormatOf } from './ops/pooling/adaptive.js';
export { averagePool } from './ops/pooling/average.js';
export { extremumPool } from './ops/pooling/extremum.js';
export { normPool } from './ops/pooling/lp.js';
export { poolGradient, poolWith } from './ops/pooling/primitive.js';
export { sliced } from './ops/view.js';
export type { Value } from './storage.js';
