// Matrix products and convolutions.
export * from './conv';
export * from './conv-grad-weight';
export * from './matmul';
export { product_pack } from './pack';
// No kernels. What is exported is not inlined, and these loops need all registers for themselves; and the build has to
// find them (scripts/build-kernels.mjs).
export { adjacentTile, scatteredTile } from './tile';
