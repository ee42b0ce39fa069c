// Reading f32 and indices into the lanes of a vector, and writing them. `L` says how:
//   1  one element, in the first lane
//   4  four neighbours
// (and for reading 2: every second of seven neighbours; 0: four elements that are `step` bytes apart).

/** Four f32, or one, with nothing read beyond them. */
@inline
export function loadLanes<L>(at: usize, step: usize): v128 {
  if (sizeof<L>() == 1) return v128.load32_zero(at);
  if (sizeof<L>() == 4) return v128.load(at);
  // Elements 0 to 3 and 3 to 6: an eighth one might be beyond the tensor.
  if (sizeof<L>() == 2) return v128.shuffle<f32>(v128.load(at), v128.load(at, 12), 0, 2, 5, 7);
  const two = step << 1;
  const first = v128.load32_lane(at + step, v128.load32_zero(at), 1);
  return v128.load32_lane(at + two + step, v128.load32_lane(at + two, first, 2), 3);
}

/** Four f32 or i32, or one. */
@inline
export function storeLanes<L>(at: usize, value: v128): void {
  if (sizeof<L>() == 1) v128.store32_lane(at, value, 0);
  else v128.store(at, value);
}

/** Four indices of 1 or 4 bytes, or one, as i32. */
@inline
export function loadIndices<L, I>(at: usize): v128 {
  if (sizeof<I>() == 4) return loadLanes<L>(at, 4);
  if (sizeof<L>() == 1) return i32x4.splat(load<u8>(at));
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
}

/** Sets everything from one address up to another to 0. */
export function clear(from: usize, to: usize): void {
  for (; from + 16 <= to; from += 16) v128.store(from, f32x4.splat(0));
  for (; from < to; from += 4) store<f32>(from, 0);
}
