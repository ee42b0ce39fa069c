import { type DataFormat, elementCount, type Shape, type SpatialRank } from '@cenote/shape';
import type { Tensor } from '../../tensor.js';
import { reshape } from '../view.js';

/** Where the spatial axes of a tensor of one layout are. */
export interface SpatialAxes {
  readonly rank: SpatialRank;
  readonly dataFormat: DataFormat | undefined;
}

/** @internal The position of the first spatial axis: after the batch and, when they come first, the channels. */
export function firstSpatialAxis(axes: number, { rank, dataFormat = 'channelsFirst' }: SpatialAxes): number {
  const leading = axes - rank;
  return dataFormat === 'channelsFirst' ? leading : Math.max(0, leading - 1);
}

/** @internal `x` with all of its spatial axes as one, at {@link firstSpatialAxis}. Channels stay where they are. */
export function flattenPlanes(x: Tensor, axes: SpatialAxes): Tensor {
  const first = firstSpatialAxis(x.rank, axes);
  const plane = elementCount(x.shape.slice(first, first + axes.rank));
  return reshape(x, withPlane(x.shape, first, axes.rank, [plane]));
}

/** @internal A shape in which other axes stand in the place of the `count` from `first` on. */
export function withPlane(shape: Shape, first: number, count: number, plane: Shape): Shape {
  return [...shape.slice(0, first), ...plane, ...shape.slice(first + count)];
}
