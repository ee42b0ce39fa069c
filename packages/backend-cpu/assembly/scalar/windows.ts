// What windows meet, row by row. A row of a tensor is what lies along its last spatial axis.
import { address, integer } from '../arguments';
import { loadRow, storeRow } from './rows';

// Slots of every kernel with windows: 0 dtype; 1, 2, 3 tables of depth, height and width; from 4 on tensors of six slots each,
// the address and the strides in bytes of batch, channel, depth, height, width.
//
// Targets and sources are outputs and inputs, or in a gradient inputs and outputs. A table starts with five integers:
// targets, sources, taps of the kernel, the distance between neighbouring sources that meet one target, the dilation. Then
// it has for each target the first source that it meets and how many there are, and for each output its start and first tap.
// That of the width has instead of the distance the number of its runs, and then the runs.
export const DEPTH = 1;
export const HEIGHT = 2;
export const WIDTH = 3;
export const FIRST = 4;
export const SECOND = 10;
export const THIRD = 16;
export const FOURTH = 22;

/** How many targets an axis has. */
@inline
export function targetsOf(block: usize, axis: i32): i32 {
  return load<i32>(address(block, axis));
}

/** How many sources an axis has. */
@inline
export function sourcesOf(block: usize, axis: i32): i32 {
  return load<i32>(address(block, axis), 4);
}

/** How many taps the kernel has along an axis. */
@inline
export function tapsOf(block: usize, axis: i32): i32 {
  return load<i32>(address(block, axis), 8);
}

/** How many sources meet a target. */
@inline
export function meetings(axis: usize, target: i32): i32 {
  return load<i32>(axis + ((<usize>target) << 3), 24);
}

/** The j-th source that meets a target. */
@inline
export function sourceOf(axis: usize, target: i32, j: i32): i32 {
  return load<i32>(axis + ((<usize>target) << 3), 20) + j * load<i32>(axis, 12);
}

/** With which tap of the kernel an output meets an input. */
export function tapOf(axis: usize, output: i32, input: i32): i32 {
  const entry = axis + ((<usize>(load<i32>(axis) + output)) << 3);
  return load<i32>(entry, 24) + (input - load<i32>(entry, 20)) / load<i32>(axis, 16);
}

// Along the last axis, what meets what is a list of runs. A run says: position of the first target and of the first source
// in their rows, how many meetings there are, the steps from one meeting to the next in both rows (all in bytes), and the
// number that belongs to the first meeting with its step: a position or a tap, of which the numbers of the row are added.
export const RUN_BYTES = 28;

/** Where the runs are. */
@inline
export function runsOf(block: usize): usize {
  return address(block, WIDTH) + 20;
}

/** Where they end. */
@inline
export function runsEnd(block: usize): usize {
  return runsOf(block) + load<usize>(address(block, WIDTH), 12) * RUN_BYTES;
}

/** Where a row of a tensor is, whose slots are from `slot` on. */
export function rowAddress(block: usize, slot: i32, item: i32, channel: i32, depth: i32, height: i32): usize {
  block += (<usize>slot) << 2;
  return (
    load<usize>(block) +
    <usize>item * load<usize>(block, 4) +
    <usize>channel * load<usize>(block, 8) +
    <usize>depth * load<usize>(block, 12) +
    <usize>height * load<usize>(block, 16)
  );
}

/** Loads the row at `from` of the tensor at a slot. */
export function loadRowOf(block: usize, slot: i32, dtype: i32, from: usize, to: usize, count: i32): void {
  loadRow(dtype, from, address(block, slot + 5), to, count);
}

/** Stores a row at `to` in the tensor at a slot. */
export function storeRowOf(block: usize, slot: i32, dtype: i32, row: usize, to: usize, count: i32): void {
  storeRow(dtype, row, to, address(block, slot + 5), count);
}

// The row that a unit is: set by `locateRow`. Every thread has its own.
export let item: i32 = 0;
export let channel: i32 = 0;
export let depth: i32 = 0;
export let height: i32 = 0;

/** Finds the row of targets that a unit is, when channels are in a slot. */
export function locateRow(block: usize, channels: i32, unit: i32): void {
  const heights = targetsOf(block, HEIGHT);
  const depths = targetsOf(block, DEPTH);
  let rest = unit / heights;
  height = unit - rest * heights;
  unit = rest;
  rest = unit / depths;
  depth = unit - rest * depths;
  item = rest / integer(block, channels);
  channel = rest - item * integer(block, channels);
}

/** A factor of a divisor; 1 where there is no table. */
@inline
function factor(table: usize, output: i32): f64 {
  return table == 0 ? 1 : <f64>load<i32>(table + ((<usize>output) << 2));
}

/**
 * Divides a row of outputs as an average does. Five slots: a number (two slots), and tables of all axes, or 0 where the number
 * is all.
 */
export function divideRow(block: usize, slot: i32, depth: i32, height: i32, row: usize, count: i32): void {
  const base =
    load<f64>(block + ((<usize>slot) << 2)) *
    factor(address(block, slot + 2), depth) *
    factor(address(block, slot + 3), height);
  const table = address(block, slot + 4);
  for (let i = 0; i < count; i++, row += 8) store<f64>(row, load<f64>(row) / (base * factor(table, i)));
}
