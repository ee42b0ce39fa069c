// What moves elements without looking at them, by their size. A unit is a piece of a row.
import { address, integer } from '../arguments';
import { at0, at1, at2, at3, locatePiece, ROW_SLOTS } from './rows';

@inline
function fillElements<T>(y: usize, step: usize, value: usize, count: i32): void {
  const element = load<T>(value);
  for (; count > 0; count--, y += step) store<T>(y, element);
}

/** `[] → [y]`. Slots: rows, y, the value (a table of one element), bytes of an element. */
export function fill(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const step = address(block, 4);
  const value = address(block, ROW_SLOTS + 1);
  const size = integer(block, ROW_SLOTS + 2);
  for (; begin < end; begin++) {
    const count = locatePiece(block, begin);
    const y = address(block, ROW_SLOTS) + at0;
    if (size == 8) fillElements<i64>(y, step, value, count);
    else if (size == 4) fillElements<i32>(y, step, value, count);
    else if (step == 1) memory.fill(y, load<u8>(value), count);
    else fillElements<u8>(y, step, value, count);
  }
}

@inline
function copyElements<T>(x: usize, xStep: usize, y: usize, yStep: usize, count: i32): void {
  for (; count > 0; count--, x += xStep, y += yStep) store<T>(y, load<T>(x));
}

/** `[x] → [y]` of one dtype. Slots: rows, x, y, bytes of an element. */
export function copy(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const xStep = address(block, 4);
  const yStep = address(block, 5);
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

@inline
function chooseElements<T>(block: usize, count: i32): void {
  let condition = address(block, ROW_SLOTS) + at0;
  let a = address(block, ROW_SLOTS + 1) + at1;
  let b = address(block, ROW_SLOTS + 2) + at2;
  let y = address(block, ROW_SLOTS + 3) + at3;
  const conditionStep = address(block, 4);
  const aStep = address(block, 5);
  const bStep = address(block, 6);
  const yStep = address(block, 7);
  for (; count > 0; count--, condition += conditionStep, a += aStep, b += bStep, y += yStep) {
    store<T>(y, select<T>(load<T>(a), load<T>(b), load<u8>(condition)));
  }
}

/** `[condition, a, b] → [y]`. Slots: rows, condition, a, b, y, bytes of an element. */
export function where(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const size = integer(block, ROW_SLOTS + 4);
  for (; begin < end; begin++) {
    const count = locatePiece(block, begin);
    if (size == 8) chooseElements<i64>(block, count);
    else if (size == 4) chooseElements<i32>(block, count);
    else chooseElements<u8>(block, count);
  }
}

@inline
function gatherElements<T>(block: usize, count: i32): void {
  let x = address(block, ROW_SLOTS) + at0;
  let index = address(block, ROW_SLOTS + 1) + at1;
  let y = address(block, ROW_SLOTS + 2) + at2;
  const xStep = address(block, 4);
  const indexStep = address(block, 5);
  const yStep = address(block, 6);
  const axisStride = address(block, ROW_SLOTS + 4);
  for (; count > 0; count--, x += xStep, index += indexStep, y += yStep) {
    store<T>(y, load<T>(x + load<usize>(index) * axisStride));
  }
}

/** `[x, index] → [y]`, x without the axis. Slots: rows, x, index, y, bytes of an element, stride of x along the axis. */
export function gather(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const size = integer(block, ROW_SLOTS + 3);
  for (; begin < end; begin++) {
    const count = locatePiece(block, begin);
    if (size == 8) gatherElements<i64>(block, count);
    else if (size == 4) gatherElements<i32>(block, count);
    else gatherElements<u8>(block, count);
  }
}
