// scatter and scatterAdd. A unit is a line along the axis, of y, index and source alike: no other unit writes to it.
import { address, integer } from '../arguments';
import { at0, at1, at2, fillRow, isFloatCode, loadRow, locate, storeRow } from './rows';

// Slots of both: 0 table, 1 axes, 2 index, 3 source, 4 y, 5–7 strides of these along the axis, 8 length of index and
// source, 9 length of y, 10 bytes of an element (scatter) or dtype (scatterAdd).

@inline
function scatterElements<T>(
  index: usize,
  indexStep: usize,
  source: usize,
  sourceStep: usize,
  y: usize,
  yStep: usize,
  count: i32,
): void {
  for (; count > 0; count--, index += indexStep, source += sourceStep) {
    store<T>(y + load<usize>(index) * yStep, load<T>(source));
  }
}

/** `[index, source] → [y]`: of several elements for one place the last stays. */
export function scatter(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const indexStep = address(block, 5);
  const sourceStep = address(block, 6);
  const yStep = address(block, 7);
  const count = integer(block, 8);
  const size = integer(block, 10);
  for (; begin < end; begin++) {
    locate(address(block, 0), integer(block, 1), begin);
    const index = address(block, 2) + at0;
    const source = address(block, 3) + at1;
    const y = address(block, 4) + at2;
    if (yStep == size) memory.fill(y, 0, <usize>integer(block, 9) * size);
    else for (let i = 0; i < integer(block, 9); i++) memory.fill(y + <usize>i * yStep, 0, size);
    if (size == 8) scatterElements<i64>(index, indexStep, source, sourceStep, y, yStep, count);
    else if (size == 4) scatterElements<i32>(index, indexStep, source, sourceStep, y, yStep, count);
    else scatterElements<u8>(index, indexStep, source, sourceStep, y, yStep, count);
  }
}

@inline
function addElements<T>(acc: usize, index: usize, indexStep: usize, row: usize, count: i32): void {
  for (; count > 0; count--, index += indexStep, row += 8) {
    const place = acc + (load<usize>(index) << 3);
    store<T>(place, load<T>(place) + load<T>(row));
  }
}

/** `[index, source] → [y]`: sums. Scratch: a row of y, a row of source. */
export function scatter_add(block: usize, begin: i32, end: i32, scratch: usize): void {
  const count = integer(block, 8);
  const size = integer(block, 9);
  const dtype = integer(block, 10);
  const row = scratch + ((<usize>size) << 3);
  for (; begin < end; begin++) {
    locate(address(block, 0), integer(block, 1), begin);
    fillRow(scratch, 0, size);
    loadRow(dtype, address(block, 3) + at1, address(block, 6), row, count);
    const index = address(block, 2) + at0;
    if (isFloatCode(dtype)) addElements<f64>(scratch, index, address(block, 5), row, count);
    else addElements<i64>(scratch, index, address(block, 5), row, count);
    storeRow(dtype, scratch, address(block, 4) + at2, address(block, 7), size);
  }
}
