import { resolvePool } from '@cenote/shape';
import {
  cast,
  globalAvgPool,
  globalLpPool,
  globalMaxPool,
  type KernelSize,
  type MaxUnpoolOptions,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
  onnxToPlaneIndices,
  type PoolWindowOptions,
  planeToOnnxIndices,
  type Tensor,
} from '@cenote/tensor';
import { averagePool, extremumPool, normPool } from '@cenote/tensor/engine';
import { fitting, input, type NodeContext, numbers, type Operator, unsupported } from '../context.js';
import { maxRoiPool } from './roi-pool.js';
import { paddingOf, perAxis, spatialRank } from './window.js';

/**
 * The window of a pooling node, checked against its input.
 *
 * With SAME the output has `ceil(input / stride)` elements and padding is never below 0, as in ONNX
 * (https://github.com/onnx/onnx/blob/main/docs/Operators.md#MaxPool); ONNX Runtime 1.30 leaves dilation out there, and takes
 * elements away where windows are further apart than they are wide. With VALID,
 * `ceil_mode` counts, as in ONNX Runtime and in ONNX's shape inference; ONNX's text has a formula for it that never rounds up.
 */
function windowOf(context: NodeContext, x: Tensor): Required<PoolWindowOptions> & KernelSize {
  const { attributes, op } = context;
  const rank = spatialRank(context, x);
  const kernelSize = attributes.ints('kernel_shape') ?? [];
  const window = {
    kernelSize,
    stride: perAxis(context, 'strides', rank),
    padding: paddingOf(context, rank),
    dilation: perAxis(context, 'dilations', rank),
    ceilMode: attributes.int('ceil_mode', 0) !== 0,
    dataFormat: 'channelsFirst' as const,
  };
  fitting(context, resolvePool({ op, rank, ...window }, x.shape).outputShape);
  return window;
}

const maxPool: Operator = (context) => {
  const x = input(context, 0);
  const { attributes, op, outputs } = context;
  const storageOrder = attributes.int('storage_order', 0);
  const window = windowOf(context, x);
  const rank = spatialRank(context, x);
  if (outputs < 2) return extremumPool(op, 'max', rank, x, window);
  if (storageOrder !== 0 && storageOrder !== 1) {
    throw unsupported(context, 'unknown storage_order', String(storageOrder), '0 or 1');
  }
  const pooled = extremumPool(op, 'max', rank, x, { ...window, returnIndices: true });
  if (!('indices' in pooled)) return pooled;
  return [pooled.output, cast(planeToOnnxIndices(pooled.indices, x.shape, { storageOrder }), 'i64')];
};

const averagePoolNode: Operator = (context) => {
  const x = input(context, 0);
  const countIncludePad = context.attributes.int('count_include_pad', 0) !== 0;
  return averagePool(context.op, spatialRank(context, x), x, { ...windowOf(context, x), countIncludePad });
};

const lpPool: Operator = (context) => {
  const x = input(context, 0);
  const p = context.attributes.int('p', 2);
  return normPool(context.op, spatialRank(context, x), x, p, windowOf(context, x));
};

const unpools = [maxUnpool1d, maxUnpool2d, maxUnpool3d] as const;

/** Positions count in the tensor that comes out, where its shape is not said, and else in that shape. */
const maxUnpool: Operator = (context) => {
  const [x, indices] = [input(context, 0), input(context, 1)];
  const rank = spatialRank(context, x);
  const kernelSize = context.attributes.ints('kernel_shape') ?? [];
  const stride = perAxis(context, 'strides', rank);
  const pads = context.attributes.ints('pads') ?? new Array<number>(2 * rank).fill(0);
  const usual = x.shape
    .slice(2)
    .map((size, axis) => (size - 1) * stride[axis] - pads[axis] - pads[rank + axis] + kernelSize[axis]);
  const shape = fitting(context, numbers(context, 2) ?? [...x.shape.slice(0, 2), ...usual]);
  const planes = onnxToPlaneIndices(indices, shape);
  const unpool: (x: Tensor, indices: Tensor, options: MaxUnpoolOptions & KernelSize) => Tensor = unpools[rank - 1];
  return unpool(x, planes, { kernelSize, stride, padding: pads.slice(0, rank), outputSize: shape.slice(2) });
};

/** The pooling operators of ONNX. */
export const poolingOperators: Readonly<Record<string, Operator>> = {
  MaxPool: maxPool,
  AveragePool: averagePoolNode,
  LpPool: lpPool,
  MaxUnpool: maxUnpool,
  MaxRoiPool: maxRoiPool,
  GlobalMaxPool: (context) => globalMaxPool(input(context, 0)),
  GlobalAveragePool: (context) => globalAvgPool(input(context, 0)),
  GlobalLpPool: (context) => globalLpPool(input(context, 0), context.attributes.int('p', 2)),
};
