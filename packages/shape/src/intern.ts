import { axisKey, axisWeight, maxCachedIntegers, uniformAxis } from './axis-window.js';
import { LeastRecentlyUsed } from './least-recently-used.js';
import { RecentRequests } from './recent-requests.js';
import type { Shape } from './shape.js';
import type { AxisWindow, WindowGeometry } from './window-geometry.js';
import { checkElements, layoutShape, type WindowLayout } from './window-layout.js';

function geometryWeight({ axes }: WindowGeometry): number {
  return axisWeight(axes[0]) + axisWeight(axes[1]) + axisWeight(axes[2]);
}

/** By what they are. */
const geometries = new LeastRecentlyUsed<WindowGeometry>(maxCachedIntegers, geometryWeight);
/** By what was asked for: several requests may come to one geometry. */
const requests = new LeastRecentlyUsed<WindowGeometry>(maxCachedIntegers, geometryWeight);

/** Those of the last requests, which are found without a key. */
const recent = new RecentRequests<WindowGeometry>(32);
/** Geometries with larger tables are only in {@link requests}, which limits their sum. */
const maxRecentWeight = 2 ** 14;

/**
 * The geometry of a request that was answered before, or else of `resolve`. This is all that most pooling calls do, so
 * it must stay cheap. A request that `resolve` refuses by throwing is not remembered.
 *
 * @param request All that the answer depends on: primitives, and lists of them.
 */
export function remember(request: readonly unknown[], resolve: () => WindowGeometry): WindowGeometry {
  const known = recent.find(request);
  if (known !== undefined) return known;
  const key = listKey(request);
  if (key.includes(unkeyed)) return resolve();
  const geometry = requests.get(key) ?? requests.set(key, resolve());
  if (geometryWeight(geometry) <= maxRecentWeight) recent.add(request, geometry);
  return geometry;
}

/** Stands for what no valid request holds, or what has no key. */
const unkeyed = '?';

/**
 * Part of a request key. It tells apart all that a valid request can hold; anything else becomes {@link unkeyed}, so that
 * an invalid one never finds the answer to a valid one.
 */
function keyOf(value: unknown): string {
  if (typeof value === 'number') return `${value}`;
  if (value === undefined) return '-';
  if (typeof value === 'string') return /^[a-zA-Z]+$/.test(value) ? value : unkeyed;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return listKey(value);
  return value === null ? 'null' : unkeyed;
}

/** {@link keyOf} of an array. */
function listKey(values: readonly unknown[]): string {
  let key = '[';
  for (const value of values) key += `${keyOf(value)},`;
  return `${key}]`;
}

/**
 * The one geometry of these windows in this layout. The output shape is checked before any table is made.
 *
 * @param outputs Output size of each spatial axis of the call.
 * @param windowOf Makes or finds the window of one of them.
 * @throws CenoteError `INVALID_SHAPE` when the output would have too many elements.
 */
export function internGeometry(
  op: string,
  layout: WindowLayout,
  outputChannels: number,
  outputs: Shape,
  windowOf: (axis: number) => AxisWindow,
): WindowGeometry {
  const { rank, dataFormat, leading, batch, channels } = layout;
  const outputShape = layoutShape(layout, outputChannels, outputs);
  checkElements(op, 'output', outputShape);
  const axes = outputs.map((_, axis) => windowOf(axis));
  const key = `${rank}${dataFormat}/${leading}:${batch},${channels},${outputChannels}:${axes.map(axisKey).join('|')}`;
  const known = geometries.get(key);
  if (known !== undefined) return known;
  return geometries.set(
    key,
    Object.freeze({
      key,
      rank,
      dataFormat,
      leading,
      batch,
      inputChannels: channels,
      outputChannels,
      axes: threeAxes(op, axes),
      inputShape: frozenCopy(layoutShape(layout, channels, layout.spatial)),
      outputShape: frozenCopy(outputShape),
    }),
  );
}

function threeAxes(op: string, axes: readonly AxisWindow[]): WindowGeometry['axes'] {
  const unit = uniformAxis(op, { input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, padLow: 0, padHigh: 0 });
  const [depth, height, width] = [unit, unit, ...axes].slice(-3);
  return Object.freeze<[AxisWindow, AxisWindow, AxisWindow]>([depth, height, width]);
}

function frozenCopy(shape: Shape): Shape {
  return Object.freeze([...shape]);
}
