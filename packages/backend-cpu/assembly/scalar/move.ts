// What moves elements without looking at them, by their size. A unit is a piece of a row.
import { address, integer } from '../arguments';
import { at0, at1, at2, at3, locatePiece, moveElement, ROW_SLOTS, STEP0, STEP1, STEP2, STEP3 } from './rows';

@inline
function copyElements<T>(x: usize, xStep: usize, y: usize, yStep: usize, count: i32): void {
  for (; count > 0; count--, x += xStep, y += yStep) store<T>(y, load<T>(x));
}

/** `[x] → [y]` of one dtype. Slots: rows, x, y, bytes of an element. */
export function copy(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const xStep = address(block, STEP0);
  const yStep = address(block, STEP1);
  const size = integer(block, ROW_SLOTS + 2);
  for (; begin < end; begin++) {
    const count = locatePiece(block, begin);
    const x = address(block, ROW_SLOTS) + at0;
    const y = address(block, ROW_SLOTS + 1) + at1;
    if (xStep == size && yStep == size) memory.copy(y, x, <usize>count * size);
    else if (size == 8) copyElements<i64>(x, xStep, y, yStep, count);
    else if (size == 4) copyElements<i32>(x, xStep, y, yStep, count);
    else copyElements<u8>(x, xStep, y, yStep, count);
  }
}

/** `[condition, a, b] → [y]`. Slots: rows, condition, a, b, y, bytes of an element. */
export function where(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const size = integer(block, ROW_SLOTS + 4);
  const conditionStep = address(block, STEP0);
  const aStep = address(block, STEP1);
  const bStep = address(block, STEP2);
  const yStep = address(block, STEP3);
  for (; begin < end; begin++) {
    let count = locatePiece(block, begin);
    let condition = address(block, ROW_SLOTS) + at0;
    let a = address(block, ROW_SLOTS + 1) + at1;
    let b = address(block, ROW_SLOTS + 2) + at2;
    let y = address(block, ROW_SLOTS + 3) + at3;
    for (; count > 0; count--) {
      moveElement(size, y, select(a, b, load<u8>(condition)));
      condition += conditionStep;
      a += aStep;
      b += bStep;
      y += yStep;
    }
  }
}

/** `[x, index] → [y]`, x without the axis. Slots: rows, x, index, y, bytes of an element, stride of x along the axis. */
export function gather(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const size = integer(block, ROW_SLOTS + 3);
  const axisStride = address(block, ROW_SLOTS + 4);
  const xStep = address(block, STEP0);
  const indexStep = address(block, STEP1);
  const yStep = address(block, STEP2);
  for (; begin < end; begin++) {
    let count = locatePiece(block, begin);
    let x = address(block, ROW_SLOTS) + at0;
    let index = address(block, ROW_SLOTS + 1) + at1;
    let y = address(block, ROW_SLOTS + 2) + at2;
    for (; count > 0; count--) {
      moveElement(size, y, x + load<usize>(index) * axisStride);
      x += xStep;
      index += indexStep;
      y += yStep;
    }
  }
}
