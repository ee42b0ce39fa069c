export type { DType, TypedArray, TypedArrayOf } from '@cenote/backend';
export {
  CenoteError,
  type DataFormat,
  type ErrorCode,
  formatShape,
  isCenoteError,
  type Padding,
  type PerAxis,
  type Shape,
} from '@cenote/shape';
export {
  arange,
  type CreationOptions,
  eye,
  fromData,
  full,
  fullLike,
  linspace,
  type NestedNumbers,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from './creation.js';
export { createDevice, Device, getDefaultDevice, setDefaultDevice } from './device.js';
export { defaultGenerator, Generator, type GeneratorState, generator, manualSeed } from './generator.js';
export { type BackwardOptions, isGradEnabled, noGrad } from './gradient.js';
export { type Leak, onLeak } from './leaks.js';
export type { TensorMethods } from './methods.js';
export * from './ops/beyond-pooling/index.js';
export * from './ops/convert.js';
export { type ConvOptions, conv1d, conv2d, conv3d } from './ops/convolution.js';
export * from './ops/elementwise.js';
export { gather, indexSelect, oneHot, scatter, scatterAdd } from './ops/indexing.js';
export { concat, split, stack } from './ops/joining.js';
export * from './ops/linear-algebra.js';
export { type EdgeMode, type PadOptions, type PadWidths, pad } from './ops/padding.js';
export * from './ops/pooling/index.js';
export * from './ops/reduction.js';
export { roll } from './ops/roll.js';
export * from './ops/softmax.js';
export {
  expand,
  flatten,
  permute,
  reshape,
  type SliceRange,
  slice,
  squeeze,
  transpose,
  unsqueeze,
} from './ops/view.js';
export type { NestedArray } from './print.js';
export { type Profile, type ProfiledKernel, profile } from './profile.js';
export { promoteTypes, type Scalar } from './promote.js';
export * from './random.js';
export { keep, scope } from './scope.js';
export { Tensor } from './tensor.js';

import './methods.js';
