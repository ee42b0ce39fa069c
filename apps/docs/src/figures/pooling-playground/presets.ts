import { input, plain, type Scene } from './settings.js';

/** Where a reader may start from; their titles are among the messages. */
export type PresetName = 'chapter' | 'channels' | 'padding' | 'ceil' | 'dilation' | 'ties' | 'nan' | 'tooLarge';

const { NaN: nan } = Number;

/** Rows of numbers as an input of one channel. */
function rows(numbers: readonly (readonly number[])[]) {
  return input(numbers.length, numbers[0].length, [(row, column) => numbers[row][column]]);
}

const counting = (columns: number, from: number) => (row: number, column: number) => row * columns + column + from;

export const presets: Readonly<Record<PresetName, Scene>> = {
  // The first example of the chapter on pooling in "Dive into Deep Learning".
  chapter: { settings: { ...plain, stride: [1, 1] }, input: input(3, 3, [counting(3, 0)]), at: [0, 0], channel: 0 },
  channels: {
    settings: { ...plain, stride: [1, 1] },
    input: input(3, 3, [counting(3, 0), counting(3, 1)]),
    at: [0, 0],
    channel: 1,
  },
  padding: {
    settings: { ...plain, kind: 'avg', window: [3, 3], stride: [2, 2], padding: [1, 1] },
    input: input(4, 4, [counting(4, 0)]),
    at: [0, 0],
    channel: 0,
  },
  ceil: {
    settings: { ...plain, ceilMode: true },
    input: input(5, 5, [counting(5, 0)]),
    at: [2, 2],
    channel: 0,
  },
  dilation: {
    settings: { ...plain, stride: [1, 1], dilation: [2, 2] },
    input: input(5, 5, [counting(5, 0)]),
    at: [1, 1],
    channel: 0,
  },
  ties: {
    settings: plain,
    input: rows([
      [5, 5, 1, 7],
      [5, 5, 7, 7],
      [0, 0, -2, -2],
      [0, 0, -2, -2],
    ]),
    at: [0, 1],
    channel: 0,
  },
  nan: {
    settings: { ...plain, stride: [1, 1] },
    input: rows([
      [0, 1, 2, 3],
      [4, nan, 6, 7],
      [8, 9, 10, 11],
      [12, 13, 14, 15],
    ]),
    at: [0, 0],
    channel: 0,
  },
  tooLarge: { settings: { ...plain, window: [4, 4] }, input: input(3, 3, [counting(3, 0)]), at: [0, 0], channel: 0 },
};

export const presetNames: readonly PresetName[] = [
  'chapter',
  'channels',
  'padding',
  'ceil',
  'dilation',
  'ties',
  'nan',
  'tooLarge',
];
