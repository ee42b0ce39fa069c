import { type ErrorCode, isCenoteError } from '@cenote/shape';
import { expect, it } from 'vitest';
import {
  adaptivePolyphaseSample1d,
  adaptivePolyphaseSample2d,
  adaptivePolyphaseSample3d,
  blurPool1d,
  blurPool2d,
  blurPool3d,
  type DType,
  type EdgeMode,
  gatedPool1d,
  gatedPool2d,
  gemPool2d,
  gemPool3d,
  lipPool2d,
  lipPool3d,
  maxBlurPool2d,
  mixedPool1d,
  mixedPool2d,
  type Shape,
  softPool1d,
  softPool2d,
  spatialPyramidPool2d,
  stochasticPool2d,
  tensor,
  zeros,
} from '../src/index.js';
import { device } from './device.js';

/** A tensor whose shape the compiler does not know. */
const input = (shape: Shape = [1, 2, 4, 6], dtype: DType = 'f32') => zeros(shape, { dtype });
const [argument, shape, dtype] = ['INVALID_ARGUMENT', 'INVALID_SHAPE', 'INVALID_DTYPE'] as const;
const edge = (name: string) => ({ paddingMode: name as EdgeMode });

it.each<readonly [code: ErrorCode, message: string, call: () => unknown]>([
  // Blur
  [
    argument,
    'blurPool2d: filterSize is out of range. Got filterSize 8; expected a whole number from 1 to 7. Use 3 to 5',
    () => blurPool2d(input(), { filterSize: 8 }),
  ],
  [argument, 'blurPool2d: filterSize is out of range. Got filterSize 0;', () => blurPool2d(input(), { filterSize: 0 })],
  [argument, 'Got filterSize 2.5;', () => blurPool1d(input([2, 4]), { filterSize: 2.5 })],
  [argument, 'Got filterSize NaN;', () => blurPool2d(input(), { filterSize: Number.NaN })],
  [argument, "Got filterSize '3';", () => blurPool2d(input(), { filterSize: '3' as never })],
  [
    argument,
    "blurPool2d: no such padding. Got paddingMode 'mirror'; expected 'zeros', 'reflect', 'replicate', 'circular'",
    () => blurPool2d(input(), edge('mirror')),
  ],
  [argument, "Got paddingMode 'constant'", () => maxBlurPool2d(input(), edge('constant'))],
  [
    argument,
    "blurPool2d: not enough elements to pad with on axis H. Got widths [3, 3] with mode 'reflect' around 3; expected at most 2",
    () => blurPool2d(input([1, 2, 3, 6]), { filterSize: 7 }),
  ],
  [
    argument,
    "on axis W. Got widths [2, 2] with mode 'circular' around 1; expected at most 1",
    () => blurPool2d(input([4, 1]), { filterSize: 5, paddingMode: 'circular' }),
  ],
  [argument, 'on axis D. Got widths [1, 2]', () => blurPool3d(input([2, 4, 4]))],
  [argument, 'blurPool2d: stride is not a positive integer', () => blurPool2d(input(), { stride: 0 })],
  [argument, 'blurPool2d: stride', () => blurPool2d(input(), { stride: [1, 2, 3] })],
  [argument, 'blurPool2d: unknown dataFormat', () => blurPool2d(input(), { dataFormat: 'NHWC' as never })],
  [shape, 'blurPool2d: wrong number of axes. Got input [4] of rank 1', () => blurPool2d(input([4]))],
  [shape, 'blurPool2d: wrong number of axes', () => blurPool2d(input([1, 1, 1, 4, 4]))],
  [shape, 'blurPool2d: input is empty along axis H', () => blurPool2d(input([1, 1, 0, 4]))],
  [
    dtype,
    'blurPool2d: the dtype is not one that the operation takes. Got i32;',
    () => blurPool2d(input([4, 4], 'i32')),
  ],
  [
    shape,
    'maxBlurPool2d: window larger than the padded input on axis H. Got kernelSize 5',
    () => maxBlurPool2d(input(), { kernelSize: 5 }),
  ],
  [argument, 'maxBlurPool2d: kernelSize is not a positive integer', () => maxBlurPool2d(input(), { kernelSize: 0 })],
  // What is left of four rows by a window of three is too little for a reflection of three.
  [argument, 'around 2; expected at most 1', () => maxBlurPool2d(input(), { kernelSize: 3, filterSize: 7 })],
  [dtype, 'maxBlurPool2d: the dtype', () => maxBlurPool2d(input([4, 4], 'bool'))],
  // Polyphase sampling
  [
    shape,
    'adaptivePolyphaseSample2d: the stride does not divide axis W. Got size 5, stride 2; expected a multiple of 2',
    () => adaptivePolyphaseSample2d(input([1, 4, 5])),
  ],
  [shape, 'does not divide axis D', () => adaptivePolyphaseSample3d(input([3, 4, 4]))],
  [shape, 'wrong number of axes', () => adaptivePolyphaseSample1d(input())],
  [argument, 'stride is not a positive integer', () => adaptivePolyphaseSample2d(input(), { stride: 0 })],
  [
    argument,
    'adaptivePolyphaseSample2d: p is out of range. Got p 0;',
    () => adaptivePolyphaseSample2d(input(), { p: 0 }),
  ],
  [argument, 'Got p NaN; expected a number above 0', () => adaptivePolyphaseSample2d(input(), { p: Number.NaN })],
  [dtype, 'adaptivePolyphaseSample2d: the dtype', () => adaptivePolyphaseSample2d(input([4, 4], 'u8'))],
  // Soft and local importance-based pooling
  [argument, 'softPool2d: kernelSize is missing', () => Reflect.apply(softPool2d, undefined, [input()])],
  [argument, 'softPool2d: kernelSize is not a positive integer', () => softPool2d(input(), 0)],
  [argument, 'softPool2d: padding above half of the effective window', () => softPool2d(input(), 2, { padding: 2 })],
  [shape, 'softPool1d: window larger than the padded input on axis W', () => softPool1d(input([2, 4]), 5)],
  [shape, 'softPool2d: wrong number of axes', () => softPool2d(input([4]), 2)],
  [dtype, 'softPool2d: the dtype', () => softPool2d(input([4, 4], 'i64'), 2)],
  [
    shape,
    'lipPool2d: the shape of logits does not fit the input. Got logits [4, 6], input [1, 2, 4, 6]; expected logits [1, 2, 4, 6]',
    () => lipPool2d(input(), input([4, 6]), 2),
  ],
  [
    dtype,
    'lipPool2d: input and logits have different dtypes. Got f32 and f64; expected the same',
    () => lipPool2d(input(), input([1, 2, 4, 6], 'f64'), 2),
  ],
  [shape, 'lipPool3d: window larger', () => lipPool3d(input([2, 2, 2]), input([2, 2, 2]), 3)],
  [argument, 'lipPool2d: kernelSize is missing', () => Reflect.apply(lipPool2d, undefined, [input(), input(), {}])],
  // Generalised mean
  [
    argument,
    'gemPool2d: p is out of range. Got p 0; expected a finite number above 0',
    () => gemPool2d(input(), { p: 0 }),
  ],
  [argument, 'Use globalMaxPool for p = Infinity', () => gemPool2d(input(), { p: Number.POSITIVE_INFINITY })],
  [argument, "Got p '3'", () => gemPool2d(input(), { p: '3' as never })],
  [argument, 'gemPool2d: eps is out of range. Got eps 0;', () => gemPool2d(input(), { eps: 0 })],
  [
    shape,
    'gemPool2d: the shape of p does not fit the input. Got p [3], input [1, 2, 4, 6]; expected p [] or [1] or [2]',
    () => gemPool2d(input(), { p: tensor([1, 2, 3]) }),
  ],
  [
    dtype,
    'gemPool2d: input and p have different dtypes',
    () => gemPool2d(input(), { p: tensor([3], { dtype: 'f64' }) }),
  ],
  [shape, 'gemPool3d: wrong number of axes', () => gemPool3d(input([4, 4]))],
  [dtype, 'gemPool2d: the dtype', () => gemPool2d(input([4, 4], 'i8'))],
  // Mixtures
  [
    argument,
    'mixedPool2d: mixing is out of range. Got mixing 1.5; expected a number from 0 to 1',
    () => mixedPool2d(input(), 1.5, 2),
  ],
  [argument, 'Got mixing -0.1;', () => mixedPool2d(input(), -0.1, 2)],
  [argument, 'Got mixing NaN;', () => mixedPool1d(input([2, 4]), Number.NaN, 2)],
  [
    shape,
    'mixedPool2d: the shape of mixing does not fit the input. Got mixing [1, 2]',
    () => mixedPool2d(input(), input([1, 2]), 2),
  ],
  [dtype, 'mixedPool2d: input and mixing have', () => mixedPool2d(input(), input([2], 'f64'), 2)],
  [argument, 'mixedPool2d: kernelSize is missing', () => Reflect.apply(mixedPool2d, undefined, [input(), 0.5, null])],
  [dtype, 'mixedPool2d: the dtype', () => mixedPool2d(input([4, 4], 'i32'), 0.5, 2)],
  [
    shape,
    'gatedPool2d: the gate is not a window. Got gate [2]; expected 2 axes for the taps of the window, or 3 with the channels',
    () => gatedPool2d(input(), input([2])),
  ],
  [shape, 'gatedPool1d: the gate is not a window', () => gatedPool1d(input([2, 4]), input([2, 2, 2]))],
  [
    shape,
    'gatedPool2d: the shape of gate does not fit the input. Got gate [3, 2, 2], input [1, 2, 4, 6]; expected gate [2, 2] or [2, 2, 2]',
    () => gatedPool2d(input(), input([3, 2, 2])),
  ],
  [shape, 'gatedPool2d: window larger than the padded input', () => gatedPool2d(input(), input([5, 2]))],
  [dtype, 'gatedPool2d: input and gate have different dtypes', () => gatedPool2d(input(), input([2, 2], 'f64'))],
  [dtype, 'gatedPool2d: the dtype', () => gatedPool2d(input([4, 4], 'i32'), input([2, 2], 'i32'))],
  // Stochastic
  [argument, 'stochasticPool2d: stride is not', () => stochasticPool2d(input(), 2, { stride: -1, training: true })],
  [dtype, 'stochasticPool2d: the dtype', () => stochasticPool2d(input([4, 4], 'i32'), 2)],
  [shape, 'stochasticPool2d: window larger', () => stochasticPool2d(input(), { kernelSize: 7 })],
  // Pyramids
  [argument, 'spatialPyramidPool2d: levels is out of range. Got levels [];', () => spatialPyramidPool2d(input(), [])],
  [argument, 'Got levels [2, 0]; expected at least one whole number', () => spatialPyramidPool2d(input(), [2, 0])],
  [argument, 'Got levels 4;', () => spatialPyramidPool2d(input(), 4 as never)],
  [
    argument,
    "spatialPyramidPool2d: mode is out of range. Got mode 'min'",
    () => spatialPyramidPool2d(input(), [1], { mode: 'min' as never }),
  ],
  [shape, 'spatialPyramidPool2d: wrong number of axes', () => spatialPyramidPool2d(input([4]), [1])],
  [shape, 'spatialPyramidPool2d: input is empty along axis W', () => spatialPyramidPool2d(input([1, 1, 4, 0]), [1])],
  [dtype, 'spatialPyramidPool2d: the dtype', () => spatialPyramidPool2d(input([4, 4], 'u8'), [1], { mode: 'avg' })],
])('%s: %s', (code, message, call) => {
  const before = device.liveBuffers;
  let caught: unknown;
  try {
    call();
  } catch (error) {
    caught = error;
  }
  if (!isCenoteError(caught)) throw new Error(`no CenoteError, but ${String(caught)}`);
  expect(caught.message).toContain(message);
  expect(caught.code).toBe(code);
  // At most the inputs that the call made for itself.
  expect(device.liveBuffers - before).toBeLessThanOrEqual(2);
});
