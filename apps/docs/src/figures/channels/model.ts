import { arange, concat, conv2d, maxPool2d, scope, tensor } from 'cenote';
import { type Plane, planesOf } from '../../plane.js';

/** What slides over the channels. */
export const operations = ['pooling', 'convolution'] as const;
export type Operation = (typeof operations)[number];

/** How many channels a reader can choose between. */
export const channelCounts = [1, 2, 3, 4] as const;

const kernelSize = 3;
const window = { stride: 2, padding: 1 } as const;

/** What goes in, what comes out, and what had to be learned for it. */
export interface Result {
  readonly input: readonly Plane[];
  readonly output: readonly Plane[];
  /** The number of weights. */
  readonly weights: number;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

/** The chapter's tensor: 0 to 15, and beside it the same plus 1, plus 2 and so on, as channels. */
export function run(operation: Operation, channels: number): Result {
  return scope(() => {
    const x = arange(16).reshape([1, 1, 4, 4]);
    const input = concat(
      Array.from({ length: channels }, (_, channel) => x.add(channel)),
      1,
    );
    // Every weight is 1, so that the sum can be checked by eye.
    const weight = tensor([
      Array.from({ length: channels }, () => Array.from({ length: kernelSize }, () => [1, 1, 1])),
    ]);
    const output = operation === 'pooling' ? maxPool2d(input, kernelSize, window) : conv2d(input, weight, null, window);
    return {
      input: planesOf(input),
      output: planesOf(output),
      weights: operation === 'pooling' ? 0 : weight.size,
      inputShape: input.shape,
      outputShape: output.shape,
    };
  });
}

/** A cell of an output. */
export interface OutputCell {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** Whether an output looks at an element of the input. */
export function sees(operation: Operation, output: OutputCell, input: OutputCell): boolean {
  if (operation === 'pooling' && input.channel !== output.channel) return false;
  return inWindow(output.row, input.row) && inWindow(output.column, input.column);
}

function inWindow(output: number, position: number): boolean {
  const start = output * window.stride - window.padding;
  return position >= start && position < start + kernelSize;
}

/** The arithmetic of one output, written out: `max(0, 1, 4, 5) = 5`. */
export function arithmetic(operation: Operation, result: Result, output: OutputCell): string {
  const values = result.input.flatMap((plane, channel) =>
    plane.flatMap((row, r) => row.filter((_, column) => sees(operation, output, { channel, row: r, column }))),
  );
  const value = result.output[output.channel][output.row][output.column];
  return operation === 'pooling' ? `max(${values.join(', ')}) = ${value}` : `${values.join(' + ')} = ${value}`;
}
