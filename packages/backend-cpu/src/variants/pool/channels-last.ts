import type { Layout, OpOf } from '@cenote/backend';
import type { WindowGeometry } from '@cenote/shape';
import type { Plan, Variant } from '../../plan.js';
import { firstPool } from './channels-first.js';
import { blocksPlan } from './last/blocks.js';
import { layoutName, readPool } from './last/pool-request.js';
import { rowsPlan } from './last/rows.js';
import { threePlan } from './last/three.js';
import { windowPlan } from './last/window.js';
import { withMinimum } from './minimum.js';

/**
 * f32 pooling with channels last, without indices: the way that should be the fastest, then the others. A single channel
 * is as well a first one, and the kernels for planes do not need channels to fill vectors with.
 */
export const lastPool: readonly Variant<'pool'>[] = [
  ...firstPool.map(ofOneChannel),
  ...[0, 1, 2, 3].map((place) =>
    withMinimum({ target: 'simd', plan: (op, inputs, outputs) => ranked(op, inputs, outputs)[place] ?? null }),
  ),
];

/** The ways that there are, the fastest first. */
function ranked(op: OpOf<'pool'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan[] {
  const request = readPool(op, inputs, outputs);
  if (request === null) return [];
  const time = ({ steps }: Plan) => steps.reduce((total, { nanoseconds }) => total + nanoseconds, 0);
  return [threePlan(request), windowPlan(request), rowsPlan(request), blocksPlan(request)]
    .filter((plan) => plan !== null)
    .sort((a, b) => time(a) - time(b));
}

/** A variant for channels first, for tensors with one channel at the end. */
function ofOneChannel({ target, plan }: Variant<'pool'>): Variant<'pool'> {
  return {
    target,
    plan(op, inputs, outputs) {
      const { geometry } = op;
      if (geometry.dataFormat !== 'channelsLast' || geometry.leading === 'none' || geometry.inputChannels !== 1) {
        return null;
      }
      const moved = plan({ ...op, geometry: channelFirst(geometry) }, inputs.map(moveLayout), outputs.map(moveLayout));
      return moved && { ...moved, name: moved.name.replace('_nchw', `_${layoutName(geometry.rank)}1`) };

      function moveLayout(layout: Layout): Layout {
        return {
          ...layout,
          shape: moveChannel(layout.shape, geometry),
          strides: moveChannel(layout.strides, geometry),
        };
      }
    },
  };
}

function channelFirst(geometry: WindowGeometry): WindowGeometry {
  return {
    ...geometry,
    key: `${geometry.key};moved`,
    dataFormat: 'channelsFirst',
    inputShape: moveChannel(geometry.inputShape, geometry),
    outputShape: moveChannel(geometry.outputShape, geometry),
  };
}

/** A list with an entry for each axis, with that of the channels before those of the spatial axes. */
function moveChannel(entries: readonly number[], { rank }: WindowGeometry): number[] {
  const spatial = entries.slice(-1 - rank, -1);
  return [...entries.slice(0, -1 - rank), entries[entries.length - 1], ...spatial];
}
