import type { DataFormat, Shape, SpatialRank, WindowGeometry } from '@cenote/shape';
import type { AttributeValue, GraphBuilder } from './graph-builder.js';

/** Where in a model a layer is that is being written. */
export interface Place {
  readonly graph: GraphBuilder;
  /** The names of the layers around, with dots: PyTorch's. `''` for the model itself. */
  readonly path: string;
  /** What the layer is called in messages: its kind. */
  readonly kind: string;
  /** The value that the layer gets. */
  readonly input: string;
  /** Its shape, with 1 for a batch of any size. */
  readonly shape: Shape;
}

/** The name of something of a layer. */
export function named({ path }: Place, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Notes why a layer cannot be written, and goes on as if it were not there, so that all reasons are found. */
export function refuse({ graph, path, kind, input }: Place, reason: string): string {
  graph.refusals.push(`${path === '' ? kind : `layer ${path} (${kind})`}: ${reason}`);
  return input;
}

/** Adds a node for the layer. @returns The name of its output. */
export function emit(
  { graph, path }: Place,
  opType: string,
  input: readonly string[],
  attributes?: Readonly<Record<string, AttributeValue | undefined>>,
): string {
  return graph.node(path, opType, input, attributes);
}

/** A function on values with channels first, for values of either format. ONNX has no other. */
export function withChannelsFirst(place: Place, dataFormat: DataFormat, body: (place: Place) => string): string {
  if (dataFormat === 'channelsFirst') return body(place);
  const last = place.shape.length - 1;
  const spatial = Array.from({ length: last - 1 }, (_, axis) => axis);
  const order = [0, last, ...spatial.map((axis) => axis + 1)];
  const first = emit(place, 'Transpose', [place.input], { perm: { ints: order } });
  const output = body({ ...place, input: first, shape: order.map((axis) => place.shape[axis]) });
  return emit(place, 'Transpose', [output], { perm: { ints: [0, ...spatial.map((axis) => axis + 2), 1] } });
}

/** The axes that a window moves along. */
export function spatialAxes({ axes, rank }: WindowGeometry): WindowGeometry['axes'][number][] {
  return axes.slice(3 - rank);
}

/** Whether a value has batch and channels in front of `rank` spatial axes, as ONNX wants it. */
export function isBatched({ shape }: Place, rank: SpatialRank): boolean {
  return shape.length === rank + 2;
}

/** Why a layer without a batch axis is refused. */
export const needsBatch = 'ONNX takes batches only; give inputShape a batch axis, null for one of any size';
