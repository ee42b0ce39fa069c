import type { DataFormat, LeadingAxes, Shape, SpatialRank } from '@cenote/shape';
import fc from 'fast-check';
import type { NaiveRequest } from './naive-window.js';

const small = (max: number) => fc.integer({ min: 1, max });

/** What differs between axes. Kernels are often larger, and padding often too large, so that refusals are met too. */
const axis = fc.record({
  input: small(12),
  kernel: small(6),
  stride: small(6),
  dilation: small(4),
  low: fc.nat(6),
  high: fc.nat(6),
});

/** A windowed call of any rank and layout. */
export const windowCalls = fc
  .record({
    rank: fc.constantFrom<SpatialRank>(1, 2, 3),
    leading: fc.constantFrom<LeadingAxes>('none', 'channels', 'batchAndChannels'),
    dataFormat: fc.constantFrom<DataFormat>('channelsFirst', 'channelsLast'),
    batch: fc.nat(3),
    channels: fc.nat(3),
    all: fc.array(axis, { minLength: 3, maxLength: 3 }),
    padding: fc.constantFrom('none', 'valid', 'same', 'sameUpper', 'sameLower', 'number', 'numbers', 'pairs', 'mixed'),
    dilated: fc.boolean(),
    ceilMode: fc.boolean(),
  })
  .map(({ all, ...call }) => ({ ...call, axes: all.slice(0, call.rank) }));

type WindowCall = typeof windowCalls extends fc.Arbitrary<infer T> ? T : never;

/** The shape of a call's input or output. */
export function shapeOf({ leading, dataFormat, batch }: WindowCall, channels: number, spatial: Shape): Shape {
  if (leading === 'none') return spatial;
  const inner = dataFormat === 'channelsFirst' ? [channels, ...spatial] : [...spatial, channels];
  return leading === 'channels' ? inner : [batch, ...inner];
}

/** The padding of a call, as the user writes it, and as it is for each axis. */
export function paddingOf({ padding, axes }: WindowCall): {
  readonly written:
    | Exclude<NaiveRequest['padding'], readonly unknown[]>
    | readonly (number | readonly [number, number])[];
  readonly perAxis: readonly NaiveRequest['padding'][];
} {
  switch (padding) {
    case 'none':
      return { written: 0, perAxis: axes.map(() => 0) };
    case 'number':
      return { written: axes[0].low, perAxis: axes.map(() => axes[0].low) };
    case 'numbers': {
      const numbers = axes.map(({ low }) => low);
      return { written: numbers, perAxis: numbers };
    }
    case 'pairs':
    case 'mixed': {
      const pairs = axes.map(({ low, high }, index) =>
        padding === 'mixed' && index === 0 ? low : ([low, high] as const),
      );
      return { written: pairs, perAxis: pairs };
    }
    case 'valid':
    case 'same':
    case 'sameUpper':
    case 'sameLower':
      return { written: padding, perAxis: axes.map(() => padding) };
    default:
      throw new Error(`unknown kind of padding ${padding}`);
  }
}

/** The same call, one axis at a time, for the naive implementation. */
export function naiveRequests(call: WindowCall, ceilMode: boolean): readonly NaiveRequest[] {
  const { perAxis } = paddingOf(call);
  return call.axes.map(({ input, kernel, stride, dilation }, index) => ({
    input,
    kernel,
    stride,
    dilation: call.dilated ? dilation : 1,
    padding: perAxis[index],
    ceilMode,
  }));
}
