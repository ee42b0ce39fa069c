// Matrix products and convolutions. Compiled twice: into the SIMD module, and for engines with relaxed SIMD into one of its
// own, in which a multiplication and an addition are one instruction (ASC_FEATURE_RELAXED_SIMD).
import { address } from '../arguments';

export function placeholder(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const y = address(block, 0);
  for (let i = begin; i < end; i++) v128.store(y + ((<usize>i) << 4), f32x4.splat(0));
}
