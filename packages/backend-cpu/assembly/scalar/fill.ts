import { address, float64 } from '../arguments';

/** Fills f32: slots 0 the address, 2–3 the value. A unit is an element. */
export function fill_f32(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const y = address(block, 0);
  const value = <f32>float64(block, 2);
  for (let i = begin; i < end; i++) store<f32>(y + ((<usize>i) << 2), value);
}
