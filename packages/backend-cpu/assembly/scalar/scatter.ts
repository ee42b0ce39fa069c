// scatter and scatterAdd. A unit is a line along the axis, of y, index and source alike: no other unit writes to it.
import { address, integer } from '../arguments';
import { at0, at1, at2, fillRow, isFloatCode, loadRow, locate, moveElement, rowBytes, storeRow } from './rows';

// Slots of both: 0 table, 1 index, 2 source, 3 y, 4–6 strides of these along the axis, 7 length of index and source, 8 length
// of y, 9 bytes of an element (scatter) or dtype (scatterAdd).

/** `[index, source] → [y]`: of several elements for one place the last stays. */
export function scatter(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const yStep = address(block, 6);
  const size = integer(block, 9);
  for (; begin < end; begin++) {
    locate(address(block, 0), begin);
    let index = address(block, 1) + at0;
    let source = address(block, 2) + at1;
    const y = address(block, 3) + at2;
    const length = integer(block, 8);
    if (yStep == size) memory.fill(y, 0, <usize>length * size);
    else for (let i = 0; i < length; i++) memory.fill(y + <usize>i * yStep, 0, size);
    for (let count = integer(block, 7); count > 0; count--) {
      moveElement(size, y + load<usize>(index) * yStep, source);
      index += address(block, 4);
      source += address(block, 5);
    }
  }
}

/** `[index, source] → [y]`: sums. Scratch: a row of y, a row of source. */
export function scatter_add(block: usize, begin: i32, end: i32, scratch: usize): void {
  const size = integer(block, 8);
  const dtype = integer(block, 9);
  const isFloat = isFloatCode(dtype);
  for (; begin < end; begin++) {
    locate(address(block, 0), begin);
    fillRow(scratch, 0, size);
    let row = scratch + rowBytes(size);
    loadRow(dtype, address(block, 2) + at1, address(block, 5), row, integer(block, 7));
    let index = address(block, 1) + at0;
    for (let count = integer(block, 7); count > 0; count--) {
      const place = scratch + (load<usize>(index) << 3);
      if (isFloat) store<f64>(place, load<f64>(place) + load<f64>(row));
      else store<i64>(place, load<i64>(place) + load<i64>(row));
      index += address(block, 4);
      row += 8;
    }
    storeRow(dtype, scratch, address(block, 3) + at2, address(block, 6), size);
  }
}
