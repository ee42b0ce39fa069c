export {
  type BlurPoolFunction,
  type BlurPoolOptions,
  blurPool1d,
  blurPool2d,
  blurPool3d,
  type MaxBlurPoolFunction,
  type MaxBlurPoolOptions,
  maxBlurPool1d,
  maxBlurPool2d,
  maxBlurPool3d,
  type PaddingMode,
} from './blur-pool.js';
export * from './gem-pool.js';
export * from './importance.js';
export * from './mixed-pool.js';
export {
  adaptivePolyphaseSample1d,
  adaptivePolyphaseSample2d,
  adaptivePolyphaseSample3d,
  type PolyphaseSampleFunction,
  type PolyphaseSampleOptions,
} from './polyphase-sample.js';
export {
  type SpatialPyramidPoolFunction,
  type SpatialPyramidPoolOptions,
  spatialPyramidPool1d,
  spatialPyramidPool2d,
  spatialPyramidPool3d,
} from './spatial-pyramid-pool.js';
export * from './stochastic-pool.js';
export type { WindowFunction } from './windows.js';
