import { uniformAxis } from './axis-window.js';
import { CenoteError } from './error.js';
import { internGeometry, remember } from './intern.js';
import { type Padding, paddingPerAxis, paddingSides } from './padding.js';
import { axisNames, checkInteger, isAxisInteger, type PerAxis, positivePerAxis } from './per-axis.js';
import { formatShape, type Shape } from './shape.js';
import type { DataFormat, SpatialRank, WindowGeometry } from './window-geometry.js';
import { checkElements, readLayout } from './window-layout.js';
import { fitWindow, toUniform, type WindowRequest } from './window-request.js';

/** What a convolution asks for, besides its weight. Arrays have one entry for each spatial axis, outermost first. */
export interface ConvSpec {
  /** The op as the user called it, for messages: `conv2d`. */
  readonly op: string;
  /** The number of spatial axes. */
  readonly rank: SpatialRank;
  /** Distance between neighbouring windows; 1 by default. */
  readonly stride?: PerAxis<number>;
  /** Padding around the input, of any size; 0 by default. */
  readonly padding?: Padding;
  /** Distance between neighbouring taps; 1 by default. */
  readonly dilation?: PerAxis<number>;
  /** Into how many independent groups the channels are split; 1 by default. */
  readonly groups?: number;
  /** Where the channel axis of input and output is; `'channelsFirst'` by default. The weight's is always the second. */
  readonly dataFormat?: DataFormat;
}

/**
 * Resolves a convolution window against the shapes of its input and weight.
 *
 * Output sizes are `floor((input + padLow + padHigh − (dilation · (kernel − 1) + 1)) / stride) + 1`. Unlike pooling,
 * padding may be of any size, and a window may lie in it as a whole: it then has no taps.
 *
 * @param inputShape `[C, …spatial]` or `[N, C, …spatial]`; with channels last `[…spatial, C]` or `[N, …spatial, C]`.
 * @param weightShape `[O, C / groups, …kernel]`, whatever the data format.
 * @returns The geometry, with `O` output channels; groups are not part of it.
 * @throws CenoteError `INVALID_ARGUMENT` for an option that is out of range, `INVALID_SHAPE` for shapes that do not fit
 * each other.
 *
 * @example
 * ```ts
 * resolveConv({ op: 'conv2d', rank: 2, padding: 2 }, [1, 1, 28, 28], [6, 1, 5, 5]).outputShape; // [1, 6, 28, 28]
 * ```
 */
export function resolveConv(spec: ConvSpec, inputShape: Shape, weightShape: Shape): WindowGeometry {
  const { rank, stride, padding, dilation, groups, dataFormat } = spec;
  const request = ['conv', rank, stride, padding, dilation, groups, dataFormat, weightShape, inputShape];
  return remember(request, () => resolve(spec, inputShape, weightShape));
}

function resolve(spec: ConvSpec, inputShape: Shape, weightShape: Shape): WindowGeometry {
  const { op, rank, groups = 1 } = spec;
  const layout = readLayout(spec, inputShape, 1);
  checkWeight(op, rank, weightShape);
  checkGroups(op, groups, layout.channels, weightShape);
  const stride = positivePerAxis(op, 'stride', spec.stride ?? 1, rank);
  const dilation = positivePerAxis(op, 'dilation', spec.dilation ?? 1, rank);
  const padding = paddingPerAxis(op, spec.padding ?? 0, rank);
  const requests = layout.spatial.map((input, axis): WindowRequest => {
    const window = { input, kernel: weightShape[2 + axis], stride: stride[axis], dilation: dilation[axis] };
    const [padLow, padHigh] = paddingSides(padding[axis], window);
    return { ...window, padLow, padHigh, ceilMode: false, axis: axisNames(rank)[axis] };
  });
  const outputs = requests.map((request) => fitWindow(op, request));
  return internGeometry(op, layout, weightShape[0], outputs, (axis) =>
    uniformAxis(op, toUniform(requests[axis], outputs[axis])),
  );
}

function checkWeight(op: string, rank: SpatialRank, weight: Shape): void {
  const fits = weight.length === rank + 2 && weight.every((size, axis) => isAxisInteger(size, axis < 2 ? 0 : 1));
  if (!fits) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'the weight does not have the shape of a kernel',
      got: `weight ${formatShape(weight)}`,
      expected: `rank ${rank + 2} [outputChannels, inputChannels / groups, ${axisNames(rank)
        .map((name) => `kernel${name}`)
        .join(', ')}], with a kernel of at least 1 on each axis`,
      hint: 'Reshape the weight',
    });
  }
  checkElements(op, 'weight', weight);
}

function checkGroups(op: string, groups: number, inputChannels: number, weight: Shape): void {
  const [outputChannels, perGroup] = weight;
  checkInteger(op, 'groups', groups, 1);
  if (inputChannels % groups !== 0 || outputChannels % groups !== 0) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'groups does not divide the channels',
      got: `groups ${groups}, ${inputChannels} input channels, ${outputChannels} output channels`,
      expected: 'both to be multiples of groups',
      hint: 'Choose groups, or the channels of the weight, so that they are',
    });
  }
  if (inputChannels === perGroup * groups) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the channels of the input do not match the weight',
    got: `input with ${inputChannels} channels, weight ${formatShape(weight)} for ${perGroup * groups} (${perGroup} × groups ${groups})`,
    expected: `${perGroup * groups} input channels`,
    hint: 'Change the weight or groups, or check where the channel axis of the input is (dataFormat)',
  });
}
