// A choice between two inputs of 4 bytes per element, row by row, as in binary.ts.
import { address, integer } from '../../arguments';

/**
 * y = condition ? a : b over rows. Slots: 0 elements of a row; 1 units per row, of 16 elements each, or 1; 2, 3 sizes of the
 * two inner axes around a row; 4 y; for the condition, 5 the address, 6 the mask of its step along a row (0 or −1), 7 to 9 its steps
 * in bytes along the axes around a row, as in `binary`; for a, 10 to 14; for b, 15 to 19. Scratch: 48 bytes.
 */
export function where(block: usize, begin: i32, end: i32, scratch: usize): void {
  const length = address(block, 0);
  const unitsPerRow = integer(block, 1);
  const middle = integer(block, 2);
  const inner = integer(block, 3);
  const maskC = address(block, 6);
  const maskA = address(block, 11);
  const maskB = address(block, 16);
  const row = begin / unitsPerRow;
  let unit = begin - row * unitsPerRow;
  let k = row % inner;
  let j = row / inner;
  const i = j / middle;
  let c = address(block, 5) + <usize>row * address(block, 9) + <usize>j * address(block, 8) + <usize>i * address(block, 7);
  let a = address(block, 10) + <usize>row * address(block, 14) + <usize>j * address(block, 13);
  a += <usize>i * address(block, 12);
  let b = address(block, 15) + <usize>row * address(block, 19) + <usize>j * address(block, 18);
  b += <usize>i * address(block, 17);
  j -= i * middle;
  let y = address(block, 4) + ((<usize>row * length) << 2);
  for (let left = end - begin; left > 0; ) {
    let at = <usize>unit << 4;
    let to = length;
    const units = unitsPerRow - unit;
    if (left < units) to = at + ((<usize>left) << 4);
    left -= units;
    unit = 0;
    let p = c;
    let q = a;
    let r = b;
    if (maskC == 0) v128.store((p = scratch), v128.load8_splat(c));
    if (maskA == 0) v128.store((q = scratch + 16), v128.load32_splat(a));
    if (maskB == 0) v128.store((r = scratch + 32), v128.load32_splat(b));
    for (; at < to; at += 4) {
      const bytes = at << 2;
      if (at + 4 > to) {
        for (; at < to; at++) {
          const chosen = load<u8>(p + (at & maskC)) ? q + ((at << 2) & maskA) : r + ((at << 2) & maskB);
          store<u32>(y + (at << 2), load<u32>(chosen));
        }
        break;
      }
      const condition = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p + (at & maskC))));
      const mask = i32x4.gt_s(condition, i32x4.splat(0));
      v128.store(y + bytes, v128.bitselect(v128.load(q + (bytes & maskA)), v128.load(r + (bytes & maskB)), mask));
    }
    y += length << 2;
    c += address(block, 9);
    a += address(block, 14);
    b += address(block, 19);
    if (++k == inner) {
      k = 0;
      c += address(block, 8);
      a += address(block, 13);
      b += address(block, 18);
      if (++j == middle) {
        j = 0;
        c += address(block, 7);
        a += address(block, 12);
        b += address(block, 17);
      }
    }
  }
}
