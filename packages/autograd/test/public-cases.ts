import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  cast,
  type DataFormat,
  fromData,
  isNan,
  lpPool2d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type Padding,
  type PooledWithIndices,
  planeToTensorflowIndices,
  type Tensor,
  where,
} from '@cenote/tensor';

/** A tensor of a public case. `data` is null where only the shape is known. */
export interface CaseTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int64';
  readonly data: readonly (number | string)[] | null;
}

/** A case of another project's test suite. */
export interface PublicCase {
  readonly id: string;
  readonly op: string;
  readonly layout: string;
  readonly attrs: {
    readonly kernel_shape?: readonly number[];
    readonly strides?: readonly number[];
    readonly dilations?: readonly number[];
    /** All beginnings, then all ends. */
    readonly pads?: readonly number[];
    readonly auto_pad?: 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
    readonly ceil_mode?: boolean;
    readonly count_include_pad?: boolean;
    readonly p?: number;
    readonly output_sizes?: readonly number[];
    readonly rounding?: 'round';
    readonly ceil_rule?: 'plain';
    readonly nan_rule?: 'ignore';
    readonly lp_rule?: 'abs' | 'rms';
    readonly indices_mode?: 'nhwc' | 'nhwc_batch';
    readonly return_indices?: boolean;
  };
  readonly inputs: readonly CaseTensor[];
  readonly outputs: readonly CaseTensor[];
  readonly grads?: { readonly upstream: readonly CaseTensor[]; readonly inputs: readonly CaseTensor[] };
  readonly tol: { readonly abs: number; readonly rel: number; readonly gabs?: number; readonly grel?: number };
}

export function tensorOf({ shape, dtype, data }: CaseTensor, requiresGrad = false): Tensor {
  const values = Float64Array.from(data ?? [], Number);
  return fromData(values, shape, { dtype: dtype === 'int64' ? 'i32' : 'f32', requiresGrad });
}

/** A window as all of our functions take it. */
interface Window {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[] | undefined;
  readonly dilation: readonly number[] | undefined;
  readonly padding: Padding;
  readonly ceilMode: boolean;
  readonly dataFormat: DataFormat;
}

const maxima: readonly ((x: Tensor, window: Window) => PooledWithIndices)[] = [
  (x, window) => maxPool1d(x, { ...window, returnIndices: true }),
  (x, window) => maxPool2d(x, { ...window, returnIndices: true }),
  (x, window) => maxPool3d(x, { ...window, returnIndices: true }),
];
const averages: readonly ((x: Tensor, window: Window, countIncludePad: boolean) => Tensor)[] = [
  (x, window, countIncludePad) => avgPool1d(x, { ...window, countIncludePad }),
  (x, window, countIncludePad) => avgPool2d(x, { ...window, countIncludePad }),
  (x, window, countIncludePad) => avgPool3d(x, { ...window, countIncludePad }),
];
const globalMaxima: readonly ((x: Tensor, dataFormat: DataFormat) => Tensor)[] = [
  (x, dataFormat) => adaptiveMaxPool1d(x, 1, { dataFormat }),
  (x, dataFormat) => adaptiveMaxPool2d(x, 1, { dataFormat }),
];
const globalAverages: readonly ((x: Tensor, dataFormat: DataFormat) => Tensor)[] = [
  (x, dataFormat) => adaptiveAvgPool1d(x, 1, { dataFormat }),
  (x, dataFormat) => adaptiveAvgPool2d(x, 1, { dataFormat }),
];

/** Our call for a case, its conventions translated to ours. */
export function outputsOf({ op, layout, attrs }: PublicCase, x: Tensor): readonly Tensor[] {
  const rank = Number(op.at(-2));
  const dataFormat = layout.endsWith('C') ? 'channelsLast' : 'channelsFirst';
  if (op.startsWith('global_')) {
    const pools = op.startsWith('global_max') ? globalMaxima : globalAverages;
    return [pools[rank - 1](x, dataFormat)];
  }
  const window: Window = {
    kernelSize: attrs.kernel_shape ?? [],
    stride: attrs.strides,
    dilation: attrs.dilations,
    padding: paddingOf(attrs, spatialSizes(layout, x.shape, rank)),
    ceilMode: attrs.ceil_mode === true && attrs.ceil_rule !== 'plain' && attrs.output_sizes === undefined,
    dataFormat,
  };
  if (op.startsWith('avg')) {
    return [averages[rank - 1](x, window, attrs.count_include_pad === true)];
  }
  if (op.startsWith('lp')) {
    // The root mean square is not the norm: it divides by the number of taps under the root.
    if (attrs.lp_rule === 'rms') return [averages[1](x.square(), window, false).sqrt()];
    return [lpPool2d(x, attrs.p ?? 2, window)];
  }
  // NaN is skipped there: nothing is smaller than −∞.
  const numbers = attrs.nan_rule === 'ignore' ? where(isNan(x), Number.NEGATIVE_INFINITY, x) : x;
  const pooled = maxima[rank - 1](numbers, window);
  if (!attrs.return_indices) return [pooled.output];
  const includeBatchInIndex = attrs.indices_mode === 'nhwc_batch';
  return [
    pooled.output,
    attrs.indices_mode === undefined
      ? cast(pooled.indices, 'i32')
      : planeToTensorflowIndices(pooled.indices, x.shape, { includeBatchInIndex, dataFormat }),
  ];
}

function spatialSizes(layout: string, shape: readonly number[], rank: number): readonly number[] {
  return layout.endsWith('C') ? shape.slice(-1 - rank, -1) : shape.slice(-rank);
}

function paddingOf(attrs: PublicCase['attrs'], spatial: readonly number[]): Padding {
  const { auto_pad, pads = [], kernel_shape: kernel = [], strides = [], dilations } = attrs;
  if (auto_pad === 'VALID') return 'valid';
  if (auto_pad === 'SAME_UPPER') return 'sameUpper';
  if (auto_pad === 'SAME_LOWER') return 'sameLower';
  return spatial.map((size, axis): readonly [number, number] => {
    const [low, high] = [pads[axis], pads[axis + spatial.length]];
    const effective = (kernel[axis] - 1) * (dilations?.[axis] ?? 1) + 1;
    const windows = (size + low + high - effective) / strides[axis] + 1;
    let output = Math.floor(windows);
    // Output sizes that are given, or rounded in ways that we do not have: more padding at the end has that effect.
    if (attrs.ceil_rule === 'plain') output = Math.ceil(windows);
    if (attrs.rounding === 'round') output = Math.round(windows);
    if (attrs.output_sizes) output = attrs.output_sizes[axis];
    const missing = (output - 1) * strides[axis] + effective - (size + low + high);
    return [low, high + Math.max(0, missing)];
  });
}
