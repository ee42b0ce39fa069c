import type { PooledDType, PoolStreamOptions } from '@cenote/pool-stream';
import {
  avgPool2d,
  avgPool3d,
  type Device,
  fromData,
  maxPool2d,
  maxPool3d,
  minPool2d,
  minPool3d,
  type TypedArray,
  type TypedArrayOf,
} from '@cenote/tensor';
import fc from 'fast-check';

/** The types that streams are tested with. */
export type TestedDType = 'u8' | 'i8' | 'f32' | 'f64';

const size = (max: number) => fc.integer({ min: 1, max });

/** Streams of any geometry; some have no windows at all. */
export const streams = fc
  .record({
    fn: fc.constantFrom('max', 'min', 'avg'),
    dtype: fc.constantFrom<TestedDType>('u8', 'i8', 'f32', 'f64'),
    channels: fc.option(size(3), { nil: undefined }),
    axes: fc.array(
      fc.record({
        input: size(24),
        kernel: size(5),
        stride: size(6),
        dilation: size(3),
        low: fc.nat(4),
        high: fc.nat(4),
      }),
      { minLength: 2, maxLength: 3 },
    ),
    ceilMode: fc.boolean(),
    countIncludePad: fc.boolean(),
    padding: fc.constantFrom('none', 'pairs', 'same', 'sameLower'),
    seed: fc.nat(),
  })
  .map(({ axes, channels, padding, ...stream }) => ({
    ...stream,
    shape: [...axes.map(({ input }) => input), ...(channels === undefined ? [] : [channels])],
    dataFormat: channels === undefined ? ('channelsFirst' as const) : ('channelsLast' as const),
    kernelSize: axes.map(({ kernel }) => kernel),
    stride: axes.map(({ stride }) => stride),
    dilation: axes.map(({ dilation }) => dilation),
    padding:
      padding === 'none'
        ? 0
        : padding === 'pairs'
          ? axes.map(({ low, high }): [number, number] => [low, high])
          : padding,
  }));

const typed: { readonly [D in TestedDType]: (values: readonly number[]) => TypedArrayOf[D] } = {
  u8: (values) => Uint8Array.from(values),
  i8: (values) => Int8Array.from(values),
  f32: (values) => Float32Array.from(values),
  f64: (values) => Float64Array.from(values),
};

/** Numbers as elements of a type. */
export function elementsOf<D extends TestedDType>(dtype: D, values: readonly number[]): TypedArrayOf[D] {
  return typed[dtype](values);
}

/** Elements for a shape: small whole numbers with repetitions, and fractions where there are some. */
export function elementsFor<D extends TestedDType>(shape: readonly number[], dtype: D, seed: number): TypedArrayOf[D] {
  const length = shape.reduce((product, each) => product * each, 1);
  let state = seed % 2147483647;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % 256;
  };
  const shift = dtype === 'u8' ? 0 : 128;
  const part = dtype === 'f32' || dtype === 'f64' ? 7 : 1;
  return elementsOf(
    dtype,
    Array.from({ length }, () => (next() - shift) / part),
  );
}

/** By how much an average of floats may differ from that of the whole: a device may add in another order what it gets in parts. */
export function toleranceOf({ fn, dtype, kernelSize }: PoolStreamOptions<PooledDType>): number {
  if (fn !== 'avg' || (dtype !== 'f32' && dtype !== 'f64')) return 0;
  const taps = [kernelSize].flat().reduce((product, each) => product * each, 1);
  // Each of the two is within as many roundings of the largest element as there are terms.
  return 2 * taps * (dtype === 'f32' ? 2 ** -24 : 2 ** -53) * (128 / 7);
}

/** The same pooling of the whole, in memory. */
export async function pooledInMemory(
  data: TypedArray,
  options: PoolStreamOptions<PooledDType>,
  device: Device,
): Promise<{ readonly shape: readonly number[]; readonly data: TypedArray }> {
  const { fn, shape, dtype, dataFormat, kernelSize, stride, padding, dilation, ceilMode } = options;
  const { countIncludePad, divisorOverride } = options;
  const window = { kernelSize, stride, padding, dilation, ceilMode, dataFormat };
  const flat = shape.length - (dataFormat === 'channelsLast' ? 1 : 0) === 2;
  const x = fromData(data, shape, { dtype, device });
  const y =
    fn === 'avg'
      ? (flat ? avgPool2d : avgPool3d)(x, { ...window, countIncludePad, divisorOverride })
      : fn === 'max'
        ? (flat ? maxPool2d : maxPool3d)(x, window)
        : (flat ? minPool2d : minPool3d)(x, window);
  const result = { shape: y.shape, data: await y.data() };
  x.dispose();
  y.dispose();
  return result;
}
