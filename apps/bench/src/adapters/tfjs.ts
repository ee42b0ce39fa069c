import * as tf from '@tensorflow/tfjs-core';
import { concatenated } from '../workloads/expected.js';
import {
  gemmInputs,
  lenetInputs,
  lenetLearningRate,
  lenetParameters,
  poolGradient,
  poolInput,
  toChannelsLast,
} from '../workloads/inputs.js';
import {
  type GemmWorkload,
  type Layout,
  type LenetWorkload,
  type PoolWorkload,
  pooledShape,
  type Workload,
} from '../workloads/workload.js';
import { type Peer, type Prepared, Unsupported } from './adapter.js';

/** What is known of a backend. */
interface BackendFacts {
  readonly version: string;
  readonly threads: number;
  /** Whether it has the gradients of convolutions. */
  readonly trains: boolean;
  /** Waits until everything is computed, where a call does not wait itself. */
  readonly finish?: () => Promise<void>;
}

/** TensorFlow.js with the backend that is set; channels last, as its kernels have it. */
export function tensorflowPeer({ version, threads, trains, finish }: BackendFacts): Peer {
  return {
    version,
    threads,
    prepare(workload, layout) {
      if (workload.kind === 'lenet' && workload.pass === 'training') {
        if (trains) return training(workload);
        throw new Unsupported('this backend has no gradients of convolutions');
      }
      return measured(called(workload, layout), finish);
    },
  };
}

/** A function that gives a tensor, and the tensors that it keeps using. */
interface Called {
  readonly call: () => tf.Tensor;
  readonly inputs: readonly tf.Tensor[];
}

function called(workload: Workload, layout: Layout): Called {
  switch (workload.kind) {
    case 'pool':
      return workload.pass === 'forward' ? pooling(workload, layout) : gradient(workload, layout);
    case 'gemm':
      return product(workload);
    case 'lenet':
      return inference(workload);
  }
}

/** What every call is: a tensor that is thrown away, or read. */
function measured({ call, inputs }: Called, finish: BackendFacts['finish']): Prepared {
  return {
    run: () => {
      tf.dispose(call());
      return finish?.();
    },
    output: async () => {
      const result = call();
      const data = Float32Array.from(await result.data());
      result.dispose();
      return data;
    },
    dispose: () => {
      for (const input of inputs) input.dispose();
    },
  };
}

/** `[N, …, C]`; a single spatial axis gets one of size 1 in front, because pooling wants two. */
function lastShape(shape: readonly number[]): number[] {
  const [batch, channels, ...spatial] = shape;
  return [batch, ...(spatial.length === 1 ? [1] : []), ...spatial, channels];
}

type Pair<T = number> = [T, T];
type Triple = [number, number, number];

/** The window along two axes, with a unit in front where the input has one. */
function flatWindow({ window }: PoolWorkload): { kernel: Pair; stride: Pair; padding: [Pair, Pair, Pair, Pair] } {
  if (window.kind !== 'sliding') throw new Unsupported('no windows of this kind');
  const pair = (sizes: readonly number[], unit: number): Pair =>
    sizes.length === 1 ? [unit, sizes[0]] : [sizes[0], sizes[1]];
  const [top, left] = pair(window.padding, 0);
  return {
    kernel: pair(window.kernel, 1),
    stride: pair(window.stride, 1),
    padding: [
      [0, 0],
      [top, top],
      [left, left],
      [0, 0],
    ],
  };
}

/** The window along three axes, whose paddings can only be the same number. */
function deepWindow({ window }: PoolWorkload): { kernel: Triple; stride: Triple; padding: number } {
  if (window.kind !== 'sliding' || window.padding.some((padding) => padding !== window.padding[0])) {
    throw new Unsupported('no windows of this kind');
  }
  const triple = ([depth, height, width]: readonly number[]): Triple => [depth, height, width];
  return { kernel: triple(window.kernel), stride: triple(window.stride), padding: window.padding[0] };
}

function pooling(workload: PoolWorkload, layout: Layout): Called {
  if (layout !== 'channelsLast') throw new Unsupported('channels last only');
  const { fn, window, input } = workload;
  const data = toChannelsLast(poolInput(workload), input);
  const shape = lastShape(input);
  if (window.kind === 'global') {
    const x = tf.tensor(data, shape);
    const axes = shape.map((_, axis) => axis).slice(1, -1);
    return { call: fn === 'max' ? () => tf.max(x, axes, true) : () => tf.mean(x, axes, true), inputs: [x] };
  }
  if (input.length === 5) {
    const { kernel, stride, padding } = deepWindow(workload);
    const x = tf.tensor5d(data, fiveOf(shape));
    const pool = fn === 'max' ? tf.maxPool3d : tf.avgPool3d;
    return { call: () => pool(x, kernel, stride, padding), inputs: [x] };
  }
  const { kernel, stride, padding } = flatWindow(workload);
  const x = tf.tensor4d(data, fourOf(shape));
  const pool = fn === 'max' ? tf.maxPool : tf.avgPool;
  return { call: () => pool(x, kernel, stride, padding), inputs: [x] };
}

/** The kernel of the gradient alone: the functions of the library would compute the pooling again in each call. */
function gradient(workload: PoolWorkload, layout: Layout): Called {
  if (layout !== 'channelsLast') throw new Unsupported('channels last only');
  const { fn, input } = workload;
  if (input.length === 5) throw new Unsupported('not measured');
  const { kernel, stride, padding } = flatWindow(workload);
  const x = tf.tensor4d(toChannelsLast(poolInput(workload), input), fourOf(lastShape(input)));
  const output = pooledShape(workload);
  const dy = tf.tensor4d(toChannelsLast(poolGradient(workload), output), fourOf(lastShape(output)));
  const y = (fn === 'max' ? tf.maxPool : tf.avgPool)(x, kernel, stride, padding);
  const attributes = { filterSize: kernel, strides: stride, pad: padding };
  const engine = tf.engine();
  const call = (): tf.Tensor =>
    fn === 'max'
      ? engine.runKernel(tf.MaxPoolGrad, { dy, input: x, output: y }, attributes)
      : engine.runKernel(tf.AvgPoolGrad, { dy, input: x }, attributes);
  return { call, inputs: [x, dy, y] };
}

function fourOf([a, b, c, d]: readonly number[]): [number, number, number, number] {
  return [a, b, c, d];
}

function fiveOf([a, b, c, d, e]: readonly number[]): [number, number, number, number, number] {
  return [a, b, c, d, e];
}

function product({ rows, inner, columns, ...workload }: GemmWorkload): Called {
  const { left, right } = gemmInputs({ rows, inner, columns, ...workload });
  const a = tf.tensor2d(left, [rows, inner]);
  const b = tf.tensor2d(right, [inner, columns]);
  return { call: () => tf.matMul(a, b), inputs: [a, b] };
}

/** The LeNet over parameters as TensorFlow.js has them: filters `[height, width, in, out]`, matrices `[in, out]`. */
function lenetLogits(x: tf.Tensor4D, parameters: readonly tf.Tensor[]): tf.Tensor2D {
  const features = (input: tf.Tensor4D, index: number, pad: number) => {
    const filter = parameters[2 * index] as tf.Tensor4D;
    const convolved = tf.add(tf.conv2d(input, filter, 1, pad), parameters[2 * index + 1]);
    return tf.avgPool(tf.sigmoid<tf.Tensor4D>(convolved as tf.Tensor4D), 2, 2, 'valid');
  };
  const dense = (input: tf.Tensor2D, index: number) =>
    tf.add<tf.Tensor2D>(tf.matMul(input, parameters[2 * index]), parameters[2 * index + 1]);
  const pooled = features(features(x, 0, 2), 1, 0);
  const flat = tf.reshape<tf.Rank.R2>(pooled, [x.shape[0], 400]);
  return dense(tf.sigmoid(dense(tf.sigmoid(dense(flat, 2)), 3)), 4);
}

/** Between PyTorch's parameters and these: how the axes move, and back. Features are flattened channels last here. */
const arrangements = lenetParameters.map(({ name, shape }) => {
  if (name.startsWith('conv') && shape.length === 4) return { view: shape, there: [2, 3, 1, 0], back: [3, 2, 0, 1] };
  if (name === 'linear1.weight') return { view: [120, 16, 25], there: [2, 1, 0], back: [2, 1, 0] };
  return shape.length === 2 ? { view: shape, there: [1, 0], back: [1, 0] } : { view: shape, there: [0], back: [0] };
});

function lenetTensors(parameters: readonly Float32Array[]): tf.Tensor[] {
  return parameters.map((data, index) =>
    tf.tidy(() => {
      const { view, there } = arrangements[index];
      const moved = tf.transpose(tf.tensor(data, [...view]), there);
      return view.length === 3 ? tf.reshape(moved, [400, 120]) : moved;
    }),
  );
}

function inference(workload: LenetWorkload): Called {
  const { images, parameters } = lenetInputs(workload);
  const x = tf.tensor4d(images, [workload.batch, 28, 28, 1]);
  const tensors = lenetTensors(parameters);
  return { call: () => tf.tidy(() => lenetLogits(x, tensors)), inputs: [x, ...tensors] };
}

function training(workload: LenetWorkload): Prepared {
  const { images, labels, parameters } = lenetInputs(workload);
  const x = tf.tensor4d(images, [workload.batch, 28, 28, 1]);
  const target = tf.oneHot(tf.tensor1d(labels, 'int32'), 10);
  const variables = lenetTensors(parameters).map((tensor) => tf.variable(tensor));
  const optimizer = tf.train.sgd(lenetLearningRate);
  const step = () => {
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(target, lenetLogits(x, variables)), false, variables);
  };
  return {
    run: step,
    output: () => {
      step();
      return concatenated(
        variables.map((variable, index) =>
          tf.tidy(() => {
            const { view, there, back } = arrangements[index];
            const shaped = tf.reshape(
              variable,
              there.map((axis) => view[axis]),
            );
            return Float32Array.from(tf.transpose(shaped, back).dataSync());
          }),
        ),
      );
    },
    dispose: () => {
      for (const tensor of [x, target, ...variables]) tensor.dispose();
      optimizer.dispose();
    },
  };
}
