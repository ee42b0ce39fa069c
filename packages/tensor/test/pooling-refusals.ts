import type { DType, ErrorCode, Shape, Tensor } from '../src/index.js';
import * as cenote from '../src/index.js';
import { loose } from './loose.js';

/** One call that has to be refused, with the code and the whole message, or the beginning of it before `…`. */
export interface Refusal {
  readonly what: string;
  readonly call: () => unknown;
  readonly code: ErrorCode;
  readonly message: string;
}

export const zeros = (shape: Shape, dtype: DType = 'f32'): Tensor => loose.zeros(shape, { dtype });

/** Functions of this package by name, for arguments that the compiler would refuse. */
export function calls(name: string): (...inputs: readonly unknown[]) => unknown {
  const fn: unknown = Object.entries(cenote).find(([key]) => key === name)?.[1];
  if (typeof fn !== 'function') throw new Error(`no function ${name}`);
  return (...inputs) => Reflect.apply(fn, undefined, inputs);
}

export function axesOf(rank: number): readonly string[] {
  return ['D', 'H', 'W'].slice(3 - rank);
}

const limit = 2 ** 31 - 1;

/** What every function with a window refuses. */
export function windowRefusals(
  op: string,
  rank: number,
  invoke: (x: Tensor, options: object) => unknown,
): readonly Refusal[] {
  const axes = axesOf(rank);
  const [first] = axes;
  const each = <T>(value: T) => axes.map(() => value);
  const shape = (size: number, ...more: readonly number[]): Shape => [...more, 1, 2, ...each(size)];
  const entries = rank === 1 ? 'one number, or 1 entry (W)' : `one number, or ${rank} entries (${axes.join(', ')})`;
  const list = `[${each(1).join(', ')}, 1]`;
  const notPositive = (option: string, value: string) =>
    `${option} is not a positive integer on axis ${first}. Got ${option} ${value}; expected an integer from 1 to ${limit}. ` +
    `Give ${option} as one positive integer, or as one for each axis.`;
  const wrongEntries = (option: string) =>
    `${option} has the wrong number of entries. Got ${option} ${list} with ${rank + 1}; expected ${entries}. …`;
  const badPadding = (value: string) =>
    `padding is not a non-negative integer on axis ${first}. Got padding ${value}; expected an integer from 0, a pair ` +
    `[low, high] of them for an axis, or one of 'valid', 'same', 'sameUpper', 'sameLower'. Give padding as a number, or ` +
    'as one number or pair for each axis.';
  const roles = (...before: readonly string[]) => `[${[...before, ...axes].join(', ')}]`;
  const ranks =
    `rank ${rank} ${roles()}, ${rank + 1} ${roles('C')} or ${rank + 2} ${roles('N', 'C')}. ` +
    'Reshape the input, or call the variant for its number of spatial axes.';
  const refuse = (what: string, x: Tensor, options: object, code: ErrorCode, message: string): Refusal => ({
    what: `${op}: ${what}`,
    call: () => invoke(x, options),
    code,
    message: `${op}: ${message}`,
  });
  const x = () => zeros(shape(4));
  const argument = (what: string, options: object, message: string) =>
    refuse(what, x(), options, 'INVALID_ARGUMENT', message);
  const long = [...each(1), 1];
  return [
    argument('a window of nothing', { kernelSize: 0 }, notPositive('kernelSize', '0')),
    argument('half a tap', { kernelSize: 1.5 }, notPositive('kernelSize', '1.5')),
    argument(
      'a window that is text',
      { kernelSize: each('2') },
      notPositive('kernelSize', `[${each("'2'").join(', ')}]`),
    ),
    argument('too many sizes', { kernelSize: long }, wrongEntries('kernelSize')),
    argument('no window', {}, `kernelSize is missing. Got [object Object]; expected a number, one per axis, or …`),
    argument('no stride', { kernelSize: 2, stride: 0 }, notPositive('stride', '0')),
    argument('a stride backwards', { kernelSize: 2, stride: -1 }, notPositive('stride', '-1')),
    argument('too many strides', { kernelSize: 2, stride: long }, wrongEntries('stride')),
    argument('no dilation', { kernelSize: 2, dilation: 0 }, notPositive('dilation', '0')),
    argument('too many dilations', { kernelSize: 2, dilation: long }, wrongEntries('dilation')),
    argument('negative padding', { kernelSize: 2, padding: -1 }, badPadding('-1')),
    argument('a padding of another library', { kernelSize: 2, padding: 'full' }, badPadding("'full'")),
    argument(
      'padding of more than half the window',
      { kernelSize: 3, padding: 2 },
      `padding above half of the effective window on axis ${first}. Got padding 2, kernelSize 3; expected at most 1. ` +
        'Reduce padding, or give a [low, high] pair for that axis if you mean it.',
    ),
    argument(
      'a window in the padding',
      { kernelSize: 2, padding: each([0, 2]) },
      `padding as large as the effective window on axis ${first}. Got padding [0, 2], kernelSize 2; expected at most 1 on ` +
        'each side. Reduce padding: a window must not lie in it as a whole.',
    ),
    refuse(
      'a window larger than the input',
      x(),
      { kernelSize: 5 },
      'INVALID_SHAPE',
      `window larger than the padded input on axis ${first}. Got kernelSize 5, padded input 4 (4 + 0 + 0); expected at ` +
        'most 4. Reduce kernelSize or increase padding.',
    ),
    refuse(
      'a dilated window larger than the input',
      x(),
      { kernelSize: 3, dilation: 2 },
      'INVALID_SHAPE',
      `window larger than the padded input on axis ${first}. Got kernelSize 3 with dilation 2 (effective size 5), padded ` +
        'input 4 (4 + 0 + 0); expected at most 4. Reduce kernelSize or dilation, or increase padding.',
    ),
    refuse(
      'a window that steps over the input',
      zeros(shape(2)),
      { kernelSize: 2, dilation: 4, padding: 2, stride: 1 },
      'INVALID_SHAPE',
      `window without a valid tap on axis ${first}. Got output 0, whose kernelSize 2 with dilation 4 (effective size 5) ` +
        'steps over the input 2 (padding 2 + 2); expected at least one tap on an element of the input. Reduce padding or dilation.',
    ),
    refuse(
      'too many axes',
      zeros(shape(4, 1)),
      { kernelSize: 2 },
      'INVALID_SHAPE',
      `wrong number of axes. Got input [${shape(4, 1).join(', ')}] of rank ${rank + 3}; expected ${ranks}`,
    ),
    refuse(
      'too few axes',
      zeros(each(4).slice(1)),
      { kernelSize: 2 },
      'INVALID_SHAPE',
      `wrong number of axes. Got input [${each(4).slice(1).join(', ')}] of rank ${rank - 1}; expected ${ranks}`,
    ),
    refuse(
      'an empty axis',
      zeros(shape(0)),
      { kernelSize: 2 },
      'INVALID_SHAPE',
      `input is empty along axis ${first}. Got input [${shape(0).join(', ')}]; expected an integer from 1 to ${limit}. ` +
        'Only the batch and channel axes may be empty.',
    ),
    argument(
      'a layout of another library',
      { kernelSize: 2, dataFormat: 'NHWC' },
      "unknown dataFormat. Got dataFormat 'NHWC'; expected 'channelsFirst' or 'channelsLast'. Leave it out for channels first.",
    ),
    refuse(
      'truth values',
      zeros(shape(4), 'bool'),
      { kernelSize: 2 },
      'INVALID_DTYPE',
      'the dtype is not one that the operation takes. Got bool; expected …',
    ),
    refuse('a tensor that is gone', gone(shape(4)), { kernelSize: 2 }, 'DISPOSED', '…'),
  ];
}

function gone(shape: Shape): Tensor {
  const x = zeros(shape);
  x.dispose();
  return x;
}
