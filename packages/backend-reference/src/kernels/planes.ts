import { type RoleStrides, roleStrides, type WindowGeometry } from '@cenote/shape';
import type { Accessor, Element, Elements } from '../elements.js';
import { loadBlock, planBlock, type RowPlan, storeBlock } from '../rows.js';

/** How the planes of a tensor, one for each channel of each item of the batch, lie in its buffer. */
export interface Planes {
  /** Between one plane and row-major scratch `[D, H, W]`. */
  readonly plan: RowPlan;
  readonly batchStride: number;
  readonly channelStride: number;
  /** Elements of one plane. */
  readonly elements: number;
}

/** The planes of a tensor that has the shape of the input of `geometry`. */
export function inputPlanes(geometry: WindowGeometry, strides: readonly number[]): Planes {
  return planPlanes(
    geometry.axes.map((axis) => axis.input),
    roleStrides(geometry, strides),
  );
}

/** The planes of a tensor that has the shape of the output of `geometry`. */
export function outputPlanes(geometry: WindowGeometry, strides: readonly number[]): Planes {
  return planPlanes(
    geometry.axes.map((axis) => axis.output),
    roleStrides(geometry, strides),
  );
}

function planPlanes(shape: readonly number[], { batch, channel, depth, height, width }: RoleStrides): Planes {
  return {
    plan: planBlock(shape, [depth, height, width]),
    batchStride: batch,
    channelStride: channel,
    elements: shape[0] * shape[1] * shape[2],
  };
}

/** Visits every plane: each channel of each item of the batch. */
export function forEachPlane(geometry: WindowGeometry, visit: (item: number, channel: number) => void): void {
  for (let item = 0; item < geometry.batch; item++) {
    for (let channel = 0; channel < geometry.inputChannels; channel++) visit(item, channel);
  }
}

/** Copies a plane into scratch; `offset` is where the tensor starts. */
export function loadPlane<T extends Element>(
  planes: Planes,
  source: Accessor<T>,
  offset: number,
  item: number,
  channel: number,
  scratch: Elements<T>,
): void {
  loadBlock(planes.plan, source, offset + item * planes.batchStride + channel * planes.channelStride, scratch);
}

/** Copies a plane from scratch; `offset` is where the tensor starts. */
export function storePlane<T extends Element>(
  planes: Planes,
  target: Accessor<T>,
  offset: number,
  item: number,
  channel: number,
  scratch: Elements<T>,
): void {
  storeBlock(planes.plan, target, offset + item * planes.batchStride + channel * planes.channelStride, scratch);
}
