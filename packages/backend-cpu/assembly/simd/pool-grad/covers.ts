import { address } from '../../arguments';

// The outputs that look at an input, by tables that the host made for each axis: 16 bytes per entry (bytes to the output in
// a tensor of 4-byte elements, what it adds to the index, a factor of the divisor, 0), and where the entries of every input
// begin, in bytes.

/** Where the entries of `input` begin and end, in the tables in the slots `slot` (entries) and `slot + 1` (begins). */
@inline
export function firstCover(block: usize, slot: i32, input: i32): usize {
  return address(block, slot) + load<usize>(address(block, slot + 1) + ((<usize>input) << 2));
}

/**
 * Combines the entries of an input along depth and height into one list.
 *
 * @returns its end.
 */
export function collectRows(block: usize, slot: i32, depth: i32, height: i32, to: usize): usize {
  const depthEnd = firstCover(block, slot, depth + 1);
  const heightStart = firstCover(block, slot + 2, height);
  const heightEnd = firstCover(block, slot + 2, height + 1);
  for (let d = firstCover(block, slot, depth); d < depthEnd; d += 16) {
    for (let h = heightStart; h < heightEnd; h += 16) {
      store<i32>(to, load<i32>(d) + load<i32>(h));
      store<i32>(to, load<i32>(d, 4) + load<i32>(h, 4), 4);
      store<f32>(to, load<f32>(d, 8) * load<f32>(h, 8), 8);
      to += 16;
    }
  }
  return to;
}
