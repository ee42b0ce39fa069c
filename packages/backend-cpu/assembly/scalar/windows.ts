// What windows meet, row by row. A row of a tensor is what lies along its last spatial axis.
import { address, integer } from '../arguments';

// The table of an axis: the distance between neighbours that meet one target, the dilation, the number of targets; then
// for each target the first source that it meets and how many there are; then for each output its start and first tap.
// Targets and sources are outputs and inputs, or in a gradient inputs and outputs.

/** How many sources meet a target. */
@inline
export function meetings(axis: usize, target: i32): i32 {
  return load<i32>(axis + ((<usize>target) << 3), 16);
}

/** The j-th source that meets a target. */
@inline
export function sourceOf(axis: usize, target: i32, j: i32): i32 {
  return load<i32>(axis + ((<usize>target) << 3), 12) + j * load<i32>(axis);
}

/** With which tap of the kernel an output meets an input. */
@inline
export function tapOf(axis: usize, output: i32, input: i32): i32 {
  const entry = axis + 12 + ((<usize>(load<i32>(axis, 8) + output)) << 3);
  return load<i32>(entry, 4) + (input - load<i32>(entry)) / load<i32>(axis, 4);
}

// Along the last axis, what meets what is a list of runs. A run says: position of the first target and of the first source
// in their rows, how many meetings there are, the steps from one meeting to the next in both rows (all in bytes), and the
// number that belongs to the first meeting with its step: a position or a tap, of which the numbers of the row are added.
export const RUN_BYTES = 28;

/**
 * Where a strided tensor of planes is: five slots, the address and the strides of batch, channel, depth, height in bytes.
 */
@inline
export function rowAddress(block: usize, slot: i32, item: i32, channel: i32, depth: i32, height: i32): usize {
  return (
    address(block, slot) +
    <usize>item * address(block, slot + 1) +
    <usize>channel * address(block, slot + 2) +
    <usize>depth * address(block, slot + 3) +
    <usize>height * address(block, slot + 4)
  );
}

// The row that a unit is: set by `locateRow`. Every thread has its own.
export let item: i32 = 0;
export let channel: i32 = 0;
export let depth: i32 = 0;
export let height: i32 = 0;

/** Finds the row of a unit. Four slots: channels, depth, height, width of the tensor whose rows are units. */
export function locateRow(block: usize, slot: i32, unit: i32): void {
  const heights = integer(block, slot + 2);
  const depths = integer(block, slot + 1);
  const channels = integer(block, slot);
  let rest = unit / heights;
  height = unit - rest * heights;
  unit = rest;
  rest = unit / depths;
  depth = unit - rest * depths;
  item = rest / channels;
  channel = rest - item * channels;
}

/** `row[i] /= base · table[i]`: the divisors of an average. */
export function divideRow(row: usize, base: f64, table: usize, count: i32): void {
  for (; count > 0; count--, row += 8, table += 4) store<f64>(row, load<f64>(row) / (base * <f64>load<i32>(table)));
}

/** The divisor of an average as far as depth and height decide it. Four slots: a number (two slots), tables of both axes. */
export function divisorOf(block: usize, slot: i32, depth: i32, height: i32): f64 {
  return (
    load<f64>(block + ((<usize>slot) << 2)) *
    <f64>load<i32>(address(block, slot + 2) + ((<usize>depth) << 2)) *
    <f64>load<i32>(address(block, slot + 3) + ((<usize>height) << 2))
  );
}
