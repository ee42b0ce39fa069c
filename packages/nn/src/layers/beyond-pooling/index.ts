export {
  type BlurPool,
  blurPool1d,
  blurPool2d,
  blurPool3d,
  type MaxBlurPool,
  maxBlurPool1d,
  maxBlurPool2d,
  maxBlurPool3d,
} from './blur-pool.js';
export { type GemPool, type GemPoolLayerOptions, gemPool1d, gemPool2d, gemPool3d } from './gem-pool.js';
export {
  type LipPool,
  lipPool1d,
  lipPool2d,
  lipPool3d,
  type SoftPool,
  softPool1d,
  softPool2d,
  softPool3d,
} from './importance-pool.js';
export {
  type GatedPool,
  type GatedPoolLayerOptions,
  gatedPool1d,
  gatedPool2d,
  gatedPool3d,
  type MixedPool,
  type MixedPoolLayerOptions,
  mixedPool1d,
  mixedPool2d,
  mixedPool3d,
} from './mixed-pool.js';
export { type Pad, type PadAmount, type PadLayerOptions, pad1d, pad2d, pad3d } from './pad.js';
export {
  adaptivePolyphaseSample1d,
  adaptivePolyphaseSample2d,
  adaptivePolyphaseSample3d,
  type PolyphaseSample,
} from './polyphase-sample.js';
export {
  type SpatialPyramidPool,
  spatialPyramidPool1d,
  spatialPyramidPool2d,
  spatialPyramidPool3d,
} from './spatial-pyramid-pool.js';
export {
  type StochasticPool,
  type StochasticPoolLayerOptions,
  stochasticPool1d,
  stochasticPool2d,
  stochasticPool3d,
} from './stochastic-pool.js';
