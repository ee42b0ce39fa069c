import type { Layout } from '@cenote/backend';
import { type RoleStrides, roleStrides, type WindowGeometry } from '@cenote/shape';
import type { Lanes } from '../../wgsl/fold.js';

/** How the threads of a windowed op lie over its tensors. */
export interface Arrangement {
  /** Channels of one thread: with channels last four at once, where they come in fours. */
  readonly lanes: Lanes;
  readonly channelsLast: boolean;
  /** Strides in elements of the side that the windows lie on (x), and of the side with an element for each window (y). */
  readonly x: RoleStrides;
  readonly y: RoleStrides;
  /** Strides in elements of more tensors with the shape of y, each of which is contiguous too. */
  readonly geometry: WindowGeometry;
}

/** Whether a stride keeps addresses multiples of four. */
export function isFourfold(stride: number): boolean {
  return stride % 4 === 0;
}

/** Whether four neighbouring channels of every tensor are one aligned vector. */
export function channelsInFours(geometry: WindowGeometry, ...tensors: readonly RoleStrides[]): boolean {
  return (
    geometry.dataFormat === 'channelsLast' &&
    geometry.inputChannels % 4 === 0 &&
    tensors.every(
      ({ batch, channel, depth, height, width }) =>
        channel === 1 && [batch, depth, height, width].every((stride) => isFourfold(stride)),
    )
  );
}

/** The arrangement of an op between the input and the output side of a geometry. */
export function arrange(geometry: WindowGeometry, x: Layout, y: Layout, lanes: Lanes): Arrangement {
  return {
    lanes,
    channelsLast: geometry.dataFormat === 'channelsLast' && geometry.leading !== 'none',
    x: roleStrides(geometry, x.strides),
    y: roleStrides(geometry, y.strides),
    geometry,
  };
}

/** One of the numbers that a thread's position is taken apart into. */
export interface Coordinate {
  readonly name: string;
  readonly size: number;
}

/** WGSL that takes a flat position apart, the last coordinate the fastest: `let w = …; let h = …;`, all `u32`. */
export function takeApart(position: string, coordinates: readonly Coordinate[]): string {
  const lines: string[] = [];
  let rest = position;
  const inner = coordinates.toReversed();
  const outermost = inner.findLastIndex(({ size }) => size > 1);
  for (const [index, { name, size }] of inner.entries()) {
    if (size === 1) lines.push(`let ${name} = 0u;`);
    else if (index === outermost) lines.push(`let ${name} = ${rest};`);
    else {
      lines.push(`let over_${name} = ${rest} / ${size}u; let ${name} = ${rest} - over_${name} * ${size}u;`);
      rest = `over_${name}`;
    }
  }
  return lines.join('\n');
}

/** How many positions {@link takeApart} knows. */
export function positionsOf(coordinates: readonly Coordinate[]): number {
  return coordinates.reduce((product, { size }) => product * size, 1);
}

/**
 * The coordinates of threads that have spatial blocks, in the order of y in memory, so that neighbouring threads write to
 * neighbouring places: `n`, `channel` (in units of the lanes), and the given ones.
 */
export function threadCoordinates(
  { geometry, lanes, channelsLast }: Arrangement,
  spatial: readonly Coordinate[],
): readonly Coordinate[] {
  const batch = { name: 'n', size: geometry.batch };
  const channel = { name: 'channel', size: geometry.inputChannels / lanes };
  return channelsLast ? [batch, ...spatial, channel] : [batch, channel, ...spatial];
}

/** WGSL for the start of a thread's image and channel, in units of the lanes: `n * 64u + channel * 16u`. */
export function imagePlace({ batch, channel }: RoleStrides, lanes: Lanes): string {
  return `n * ${batch / lanes}u + channel * ${lanes === 4 ? 1 : channel}u`;
}
