// The module with 128-bit vectors: kernels for the dtypes, layouts and windows that matter most.
export * from '../product/index';
export * from './elementwise/index';
export * from './pool-bytes';
export * from './pool-first/index';
export * from './pool-grad/index';
export * from './pool-last/index';
