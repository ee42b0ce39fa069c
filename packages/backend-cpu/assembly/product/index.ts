// Matrix products and convolutions. Compiled twice: into the SIMD module, and for engines with relaxed SIMD into one of its
// own, in which a multiplication and an addition are one instruction (ASC_FEATURE_RELAXED_SIMD).
export * from './conv';
export * from './conv-grad-weight';
export * from './matmul';
export { product_pack } from './pack';
// No kernels. What is exported is not inlined, and these loops need all registers for themselves.
export { adjacentTile, scatteredTile } from './tile';
