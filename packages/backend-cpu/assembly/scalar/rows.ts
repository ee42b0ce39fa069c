// Rows: runs of elements a fixed number of bytes apart, and the same elements in scratch, 8 bytes each.
import { integer } from '../arguments';

// Codes of dtypes, the same as in src/variants/generic/codes.ts.
export const F32 = 0;
export const F64 = 1;
export const I32 = 2;
export const I64 = 3;
export const BYTE = 4; // u8 and bool
export const I8 = 5;
/** Only for storing: f32, rounded once from i64. */
export const F32_OF_INTEGER = 6;

/** Bytes of `count` elements in scratch. */
@inline
export function rowBytes(count: i32): usize {
  return (<usize>count) << 3;
}

/** Whether rows of a dtype are f64 in scratch; they are i64 otherwise. */
@inline
export function isFloatCode(dtype: i32): bool {
  return dtype <= F64;
}

@inline
function widen<Element, Domain>(from: usize, step: usize, to: usize, end: usize): void {
  for (; to < end; to += 8, from += step) store<Domain>(to, <Domain>load<Element>(from));
}

/** Loads `count` elements that are `step` bytes apart into a row at `to`. */
export function loadRow(dtype: i32, from: usize, step: usize, to: usize, count: i32): void {
  const end = to + ((<usize>count) << 3);
  switch (dtype) {
    case F32: return widen<f32, f64>(from, step, to, end);
    case I32: return widen<i32, i64>(from, step, to, end);
    case BYTE: return widen<u8, i64>(from, step, to, end);
    case I8: return widen<i8, i64>(from, step, to, end);
    default: widen<i64, i64>(from, step, to, end);
  }
}

@inline
function narrow<Domain, Element>(row: usize, to: usize, step: usize, end: usize): void {
  for (; row < end; row += 8, to += step) store<Element>(to, <Element>load<Domain>(row));
}

/** Stores a row as elements that are `step` bytes apart: floats are rounded, integers wrap around. */
export function storeRow(dtype: i32, row: usize, to: usize, step: usize, count: i32): void {
  const end = row + ((<usize>count) << 3);
  switch (dtype) {
    case F32: return narrow<f64, f32>(row, to, step, end);
    case I32: return narrow<i64, i32>(row, to, step, end);
    case BYTE:
    case I8: return narrow<i64, u8>(row, to, step, end);
    case F32_OF_INTEGER: return narrow<i64, f32>(row, to, step, end);
    default: narrow<i64, i64>(row, to, step, end);
  }
}

/** Moves an element of 8, 4 or 1 bytes. */
@inline
export function moveElement(size: i32, to: usize, from: usize): void {
  if (size == 4) store<i32>(to, load<i32>(from));
  else if (size == 8) store<i64>(to, load<i64>(from));
  else store<u8>(to, load<u8>(from));
}

/** `row[i] = value`. */
export function fillRow(row: usize, value: i64, count: i32): void {
  for (const end = row + ((<usize>count) << 3); row < end; row += 8) store<i64>(row, value);
}

// Where `locate` found the row of a unit in each tensor, in bytes from the tensor's start. Every thread has its own.
export let at0: usize = 0;
export let at1: usize = 0;
export let at2: usize = 0;
export let at3: usize = 0;

/**
 * Finds the row of a unit of work. The table has the number of axes, and then one record for each axis, innermost first: its
 * size and the strides of four tensors in bytes.
 *
 * @returns The position on the innermost axis.
 */
export function locate(table: usize, unit: i32): i32 {
  at0 = at1 = at2 = at3 = 0;
  let first = -1;
  for (const end = table + load<usize>(table) * 20; table < end; table += 20) {
    const size = load<i32>(table, 4);
    const rest = unit / size;
    const position = unit - rest * size;
    unit = rest;
    if (first < 0) first = position;
    at0 += <usize>position * load<usize>(table, 8);
    at1 += <usize>position * load<usize>(table, 12);
    at2 += <usize>position * load<usize>(table, 16);
    at3 += <usize>position * load<usize>(table, 20);
  }
  return first;
}

// Kernels that visit rows have these slots in front: the table, the length of a row, how many elements of it are a unit, and
// the steps from one element of a row to the next in up to four tensors, in bytes. Then come the addresses of the tensors.
export const MOST = 2;
export const STEP0 = 3;
export const STEP1 = 4;
export const STEP2 = 5;
export const STEP3 = 6;
export const ROW_SLOTS = 7;

/** Finds the piece of a row that a unit is, and returns how many elements it has. */
export function locatePiece(block: usize, unit: i32): i32 {
  const most = integer(block, MOST);
  return min(most, integer(block, 1) - most * locate(integer(block, 0), unit));
}
