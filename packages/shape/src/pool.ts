import { uniformAxis } from './axis-window.js';
import { CenoteError } from './error.js';
import { internGeometry, remember } from './intern.js';
import { effectiveSize } from './output-size.js';
import { type Padding, paddingPerAxis, paddingSides } from './padding.js';
import { axisNames, type PerAxis, positivePerAxis } from './per-axis.js';
import type { Shape } from './shape.js';
import type { AxisWindow, DataFormat, SpatialRank, WindowGeometry } from './window-geometry.js';
import { readLayout } from './window-layout.js';
import { describeKernel, fitWindow, toUniform, type WindowRequest } from './window-request.js';

/** What a pooling call asks for. Arrays have one entry for each spatial axis, outermost first. */
export interface PoolSpec {
  /** The op as the user called it, for messages: `maxPool2d`. */
  readonly op: string;
  /** The number of spatial axes. */
  readonly rank: SpatialRank;
  /** Taps of the window. */
  readonly kernelSize: PerAxis<number>;
  /** Distance between neighbouring windows; `kernelSize` by default. */
  readonly stride?: PerAxis<number>;
  /** Padding around the input; 0 by default. */
  readonly padding?: Padding;
  /** Distance between neighbouring taps; 1 by default. */
  readonly dilation?: PerAxis<number>;
  /** Whether a last window may overhang the padded input; false by default. */
  readonly ceilMode?: boolean;
  /** Where the channel axis is; `'channelsFirst'` by default. */
  readonly dataFormat?: DataFormat;
}

/**
 * Resolves a pooling window against an input shape.
 *
 * Output sizes are `floor|ceil((input + padLow + padHigh − (dilation · (kernelSize − 1) + 1)) / stride) + 1`; in ceil
 * mode a last window that would start in the padding at the end is dropped (PyTorch's rule,
 * `aten/src/ATen/native/Pool.h`). Equal specs and shapes give the same object, frozen and structured-cloneable.
 *
 * Padding given as a number may be at most half of the effective window `dilation · (kernelSize − 1) + 1`, which is
 * PyTorch's rule; a `[low, high]` pair may be anything below the whole of it.
 *
 * @param spec What the call asks for.
 * @param inputShape `[…spatial]`, `[C, …spatial]` or `[N, C, …spatial]`; with channels last `[…spatial, C]` or
 * `[N, …spatial, C]`. Batch and channels may be 0, spatial sizes may not.
 * @returns The geometry, with the shape of the output in the same layout.
 * @throws CenoteError `INVALID_ARGUMENT` for an option that is out of range, `INVALID_SHAPE` for an input that it does
 * not fit: wrong rank, empty axis, window larger than the padded input, a window that has no element to look at.
 *
 * @example
 * ```ts
 * const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, stride: 2, padding: 1 }, [1, 8, 28, 28]);
 * geometry.outputShape; // [1, 8, 14, 14]
 * ```
 */
export function resolvePool(spec: PoolSpec, inputShape: Shape): WindowGeometry {
  const { rank, kernelSize, stride, padding, dilation, ceilMode, dataFormat } = spec;
  const request = ['pool', rank, kernelSize, stride, padding, dilation, ceilMode === true, dataFormat, inputShape];
  return remember(request, () => resolve(spec, inputShape));
}

function resolve(spec: PoolSpec, inputShape: Shape): WindowGeometry {
  const { op, rank } = spec;
  const layout = readLayout(spec, inputShape, 0);
  const kernelSize = positivePerAxis(op, 'kernelSize', spec.kernelSize, rank);
  const stride = positivePerAxis(op, 'stride', spec.stride ?? spec.kernelSize, rank);
  const dilation = positivePerAxis(op, 'dilation', spec.dilation ?? 1, rank);
  const padding = paddingPerAxis(op, spec.padding ?? 0, rank);
  const requests = layout.spatial.map((input, axis): WindowRequest => {
    const window = { input, kernel: kernelSize[axis], stride: stride[axis], dilation: dilation[axis] };
    const [padLow, padHigh] = paddingSides(padding[axis], window);
    const request = { ...window, padLow, padHigh, ceilMode: spec.ceilMode === true, axis: axisNames(rank)[axis] };
    if (typeof padding[axis] === 'number') checkHalfWindow(op, request);
    else if (typeof padding[axis] !== 'string') checkWholeWindow(op, request);
    return request;
  });
  const outputs = requests.map((request) => fitWindow(op, request));
  return internGeometry(op, layout, layout.channels, outputs, (axis) => {
    const window = uniformAxis(op, toUniform(requests[axis], outputs[axis]));
    checkTaps(op, requests[axis], window);
    return window;
  });
}

/** PyTorch's `pool2d_shape_check`, so that with dilation 1 every window sees at least one element. */
function checkHalfWindow(op: string, { axis, kernel, dilation, padLow }: WindowRequest): void {
  const most = Math.floor(effectiveSize(kernel, dilation) / 2);
  if (padLow <= most) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `padding above half of the effective window on axis ${axis}`,
    got: `padding ${padLow}, ${describeKernel(kernel, dilation)}`,
    expected: `at most ${most}`,
    hint: 'Reduce padding, or give a [low, high] pair for that axis if you mean it',
  });
}

function checkWholeWindow(op: string, { axis, kernel, dilation, padLow, padHigh }: WindowRequest): void {
  const most = effectiveSize(kernel, dilation) - 1;
  if (padLow <= most && padHigh <= most) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `padding as large as the effective window on axis ${axis}`,
    got: `padding [${padLow}, ${padHigh}], ${describeKernel(kernel, dilation)}`,
    expected: `at most ${most} on each side`,
    hint: 'Reduce padding: a window must not lie in it as a whole',
  });
}

function checkTaps(op: string, request: WindowRequest, window: AxisWindow): void {
  const { axis, input, kernel, dilation, padLow, padHigh } = request;
  if (dilation === 1) return; // the limits on padding leave every window at least one element
  for (let o = 0; o < window.output; o++) {
    if (window.count[o] > 0) continue;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `window without a valid tap on axis ${axis}`,
      got: `output ${o}, whose ${describeKernel(kernel, dilation)} steps over the input ${input} (padding ${padLow} + ${padHigh})`,
      expected: 'at least one tap on an element of the input',
      hint: 'Reduce padding or dilation',
    });
  }
}
