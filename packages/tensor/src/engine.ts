/**
 * For packages that differentiate: what a gradient engine needs of the tensor core, and the operations that only
 * gradients call. Everybody else imports `@cenote/tensor`.
 *
 * @packageDocumentation
 */
export type { BinaryFn, UnaryFn } from '@cenote/backend';
export { elementCount, type WindowGeometry } from '@cenote/shape';
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
export { convGradInput, convGradWeight, convWith } from './ops/convolution.js';
export { padded } from './ops/padding.js';
export { poolGradient, poolWith } from './ops/pooling/primitive.js';
export { sliced } from './ops/view.js';
export type { Value } from './storage.js';
