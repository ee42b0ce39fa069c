import { CenoteError } from './error.js';
import { maxAxisSize, maxElements } from './limits.js';
import { axisNames, formatArgument, isAxisInteger } from './per-axis.js';
import { elementCount, formatShape, type Shape } from './shape.js';
import type { DataFormat, LeadingAxes, SpatialRank } from './window-geometry.js';

/** An input shape taken apart by the roles of its axes. */
export interface WindowLayout {
  readonly rank: SpatialRank;
  readonly dataFormat: DataFormat;
  readonly leading: LeadingAxes;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: Shape;
}

/** What a layout is read from: part of every spec. */
export interface LayoutSpec {
  readonly op: string;
  readonly rank: SpatialRank;
  readonly dataFormat?: DataFormat;
}

const leadingByExtraAxes: readonly LeadingAxes[] = ['none', 'channels', 'batchAndChannels'];

/**
 * Reads batch, channels and spatial sizes from an input shape.
 *
 * @param least How many axes there are at least besides the spatial ones: 0 allows a bare plane, 1 wants channels.
 * @throws CenoteError `INVALID_SHAPE` for a wrong rank or impossible sizes, `INVALID_ARGUMENT` for an unknown format.
 */
export function readLayout(
  { op, rank, dataFormat = 'channelsFirst' }: LayoutSpec,
  shape: Shape,
  least: 0 | 1,
): WindowLayout {
  if (dataFormat !== 'channelsFirst' && dataFormat !== 'channelsLast') {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'unknown dataFormat',
      got: `dataFormat ${formatArgument(dataFormat)}`,
      expected: `'channelsFirst' or 'channelsLast'`,
      hint: 'Leave it out for channels first',
    });
  }
  const extra = shape.length - rank;
  if (extra < least || extra > 2) {
    const ranks = [0, 1, 2]
      .slice(least)
      .map((count) => `${rank + count} [${roleNames(rank, dataFormat, count).join(', ')}]`);
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'wrong number of axes',
      got: `input ${formatShape(shape)} of rank ${shape.length}`,
      expected: `rank ${ranks.slice(0, -1).join(', ')} or ${ranks[ranks.length - 1]}`,
      hint: 'Reshape the input, or call the variant for its number of spatial axes',
    });
  }
  const leading = leadingByExtraAxes[extra];
  const roles = roleNames(rank, dataFormat, extra);
  const firstSpatial = roles.indexOf(axisNames(rank)[0]);
  for (const [axis, size] of shape.entries()) {
    const isSpatial = axis >= firstSpatial && axis < firstSpatial + rank;
    if (isAxisInteger(size, isSpatial ? 1 : 0)) continue;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: size === 0 ? `input is empty along axis ${roles[axis]}` : `impossible input size on axis ${roles[axis]}`,
      got: `input ${formatShape(shape)}`,
      expected: `an integer from ${isSpatial ? 1 : 0} to ${maxAxisSize}`,
      hint: size === 0 ? 'Only the batch and channel axes may be empty' : 'Check the shape of the input',
    });
  }
  checkElements(op, 'input', shape);
  return {
    rank,
    dataFormat,
    leading,
    batch: leading === 'batchAndChannels' ? shape[0] : 1,
    channels: leading === 'none' ? 1 : shape[roles.indexOf('C')],
    spatial: shape.slice(firstSpatial, firstSpatial + rank),
  };
}

/** The shape of a tensor of this layout with other channels and spatial sizes. */
export function layoutShape(layout: WindowLayout, channels: number, spatial: Shape): Shape {
  if (layout.leading === 'none') return spatial;
  const batch = layout.leading === 'batchAndChannels' ? [layout.batch] : [];
  return layout.dataFormat === 'channelsFirst' ? [...batch, channels, ...spatial] : [...batch, ...spatial, channels];
}

/**
 * Refuses a shape whose number of elements is not exact.
 *
 * @throws CenoteError `INVALID_SHAPE`.
 */
export function checkElements(op: string, what: string, shape: Shape): void {
  if (elementCount(shape) <= maxElements) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: `${what} too large`,
    got: `${what} ${formatShape(shape)}`,
    expected: `at most ${maxElements} elements`,
    hint: 'Split the work into smaller pieces',
  });
}

function roleNames(rank: SpatialRank, dataFormat: DataFormat, extra: number): readonly string[] {
  const spatial = axisNames(rank);
  if (extra === 0) return spatial;
  const batch = extra === 2 ? ['N'] : [];
  return dataFormat === 'channelsFirst' ? [...batch, 'C', ...spatial] : [...batch, ...spatial, 'C'];
}
