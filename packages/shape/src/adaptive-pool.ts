import { adaptiveAxis } from './axis-window.js';
import { CenoteError } from './error.js';
import { internGeometry, remember } from './intern.js';
import { maxElements } from './limits.js';
import { axisNames, formatArgument, isAxisInteger, type PerAxis, spreadPerAxis } from './per-axis.js';
import type { Shape } from './shape.js';
import type { DataFormat, SpatialRank, WindowGeometry } from './window-geometry.js';
import { readLayout } from './window-layout.js';

/** What an adaptive pooling call asks for. */
export interface AdaptivePoolSpec {
  /** The op as the user called it, for messages: `adaptiveAvgPool2d`. */
  readonly op: string;
  /** The number of spatial axes. */
  readonly rank: SpatialRank;
  /** Output size of every spatial axis, or of each; `null` keeps the size of the input. */
  readonly outputSize: PerAxis<number | null>;
  /** Where the channel axis is; `'channelsFirst'` by default. */
  readonly dataFormat?: DataFormat;
}

/** What a global pooling call asks for: one output per channel. */
export type GlobalPoolSpec = Omit<AdaptivePoolSpec, 'outputSize'>;

/**
 * Resolves adaptive windows against an input shape: output `o` of `O` sees the inputs
 * `[floor(o · I / O), ceil((o + 1) · I / O))` of `I` (PyTorch's rule, `aten/src/ATen/native/AdaptivePooling.h`).
 *
 * Neighbouring windows may overlap, and their sizes may differ by one. Where they are all alike and evenly spaced the
 * geometry is that of {@link resolvePool} with that kernel and stride: the very same object.
 *
 * @param inputShape As for {@link resolvePool}.
 * @throws CenoteError `INVALID_ARGUMENT` for an output size that is not a positive integer or `null`, `INVALID_SHAPE`
 * for a wrong rank or an empty axis.
 */
export function resolveAdaptivePool(spec: AdaptivePoolSpec, inputShape: Shape): WindowGeometry {
  const { rank, outputSize, dataFormat } = spec;
  return remember(['adaptive', rank, outputSize, dataFormat, inputShape], () => resolve(spec, inputShape));
}

/**
 * Resolves one window over the whole of every spatial axis.
 *
 * @param inputShape As for {@link resolvePool}.
 * @returns A geometry whose output has size 1 on every spatial axis.
 * @throws CenoteError `INVALID_SHAPE` for a wrong rank or an empty axis.
 */
export function resolveGlobalPool(spec: GlobalPoolSpec, inputShape: Shape): WindowGeometry {
  return resolveAdaptivePool({ ...spec, outputSize: 1 }, inputShape);
}

function resolve(spec: AdaptivePoolSpec, inputShape: Shape): WindowGeometry {
  const { op, rank } = spec;
  const layout = readLayout(spec, inputShape, 0);
  const sizes = spreadPerAxis(op, 'outputSize', spec.outputSize, rank);
  const outputs = layout.spatial.map((input, axis) => {
    const output = sizes[axis] ?? input;
    if (!isAxisInteger(output, 1)) throw badOutputSize(spec, axis);
    if (input * output > maxElements) throw tooLarge(op, axisNames(rank)[axis], input, output);
    return output;
  });
  return internGeometry(op, layout, layout.channels, outputs, (axis) =>
    adaptiveAxis(op, layout.spatial[axis], outputs[axis]),
  );
}

function badOutputSize({ op, rank, outputSize }: AdaptivePoolSpec, axis: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `outputSize is not a positive integer on axis ${axisNames(rank)[axis]}`,
    got: `outputSize ${formatArgument(outputSize)}`,
    expected: 'an integer from 1, or null to keep the size of the input',
    hint: 'Give outputSize as one positive integer, or as one for each axis',
  });
}

function tooLarge(op: string, axis: string, input: number, output: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: `input and output too large on axis ${axis}`,
    got: `input ${input}, output ${output}`,
    expected: `a product of at most ${maxElements}`,
    hint: 'Split the input into smaller pieces',
  });
}
