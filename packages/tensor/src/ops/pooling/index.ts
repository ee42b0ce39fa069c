export {
  type AdaptiveAvgPoolFunction,
  type AdaptiveMaxPoolFunction,
  type AdaptiveMaxPoolOptions,
  type AdaptiveOutputSize,
  type AdaptivePoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from './adaptive.js';
export { type AvgPoolFunction, avgPool1d, avgPool2d, avgPool3d } from './average.js';
export { type MaxPoolFunction, maxPool1d, maxPool2d, maxPool3d, minPool1d, minPool2d, minPool3d } from './extremum.js';
export {
  type FractionalMaxPoolFunction,
  type FractionalMaxPoolOptions,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
} from './fractional.js';
export * from './global.js';
export * from './index-numbering.js';
export { type LpPoolFunction, lpPool1d, lpPool2d, lpPool3d } from './lp.js';
export type { AvgPoolOptions, KernelSize, MaxPoolOptions, PooledWithIndices, PoolWindowOptions } from './options.js';
export { type MaxUnpoolFunction, type MaxUnpoolOptions, maxUnpool1d, maxUnpool2d, maxUnpool3d } from './unpool.js';
