import * as jax from '@jax-js/jax';
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
import { type OpenOptions, type Peer, type Prepared, Unsupported } from './adapter.js';

const { numpy: np, lax, nn, jit } = jax;

/** jax-js over one of its backends, every call compiled by its `jit`. */
export async function openJax(backend: 'wasm' | 'webgpu', { threads, surroundings }: OpenOptions): Promise<Peer> {
  const available = await jax.init(backend);
  if (!available.includes(backend)) throw new Error(`the ${backend} backend did not start`);
  jax.defaultDevice(backend);
  return { version: surroundings.version('@jax-js/jax'), threads, prepare };
}

function prepare(workload: Workload, layout: Layout): Prepared {
  switch (workload.kind) {
    case 'pool':
      return workload.pass === 'forward' ? pooling(workload, layout) : gradient(workload, layout);
    case 'gemm':
      return product(workload);
    case 'lenet':
      return workload.pass === 'inference' ? inference(workload) : training(workload);
  }
}

/** Calls that give an array: it is computed, then given back. The library is lazy until someone waits. */
function measured(call: () => jax.Array, inputs: readonly jax.Array[]): Prepared {
  return {
    async run() {
      const result = await call().blockUntilReady();
      result.dispose();
    },
    output: () => read(call()),
    dispose: () => {
      for (const input of inputs) input.dispose();
    },
  };
}

async function read(result: jax.Array): Promise<Float32Array> {
  const data: unknown = await result.data();
  if (data instanceof Float32Array) return data;
  throw new Error('the result is not of f32');
}

function array(data: Float32Array, shape: readonly number[]): jax.Array {
  return np.array(data).reshape([...shape]);
}

function arranged(data: Float32Array, shape: readonly number[], layout: Layout): jax.Array {
  if (layout === 'channelsFirst') return array(data, shape);
  const [batch, channels, ...spatial] = shape;
  return array(toChannelsLast(data, shape), [batch, ...spatial, channels]);
}

/** The pooling of a workload as a function of its input. */
function poolFunction({ fn, window, input }: PoolWorkload, layout: Layout): (x: jax.Array) => jax.Array {
  const axes = input.slice(2).map((_, axis) => axis + (layout === 'channelsFirst' ? 2 : 1));
  if (window.kind === 'global') {
    return fn === 'max' ? (x) => np.max(x, axes, { keepdims: true }) : (x) => np.mean(x, axes, { keepdims: true });
  }
  if (window.kind === 'adaptive') throw new Unsupported('no adaptive windows');
  const { kernel, stride, padding } = window;
  // Windows slide over the last axes; channels that are last get windows of one.
  const tail = layout === 'channelsLast' ? [1] : [];
  const widths: [number, number][] = input.map((): [number, number] => [0, 0]);
  axes.forEach((axis, index) => {
    widths[axis] = [padding[index], padding[index]];
  });
  const padded = padding.some((width) => width > 0);
  const slide = (x: jax.Array, reduce: (x: jax.Array) => jax.Array) =>
    lax.reduceWindow(x, reduce, [...kernel, ...tail], [...stride, ...tail]);
  const pad = (x: jax.Array) => (padded ? np.pad(x, widths) : x);
  if (fn === 'max') {
    // It pads with zeros only: what is padding is told by padding ones.
    return (x) => {
      const inside = padded ? pad(np.ones([...x.shape])).greater(0) : null;
      return slide(inside === null ? x : np.where(inside, pad(x), Number.NEGATIVE_INFINITY), (taps) => np.max(taps));
    };
  }
  if (!padded) return (x) => slide(x, (taps) => np.mean(taps));
  return (x) => {
    const counts = slide(pad(np.ones([...x.shape])), (taps) => np.sum(taps));
    return slide(pad(x), (taps) => np.sum(taps)).div(counts);
  };
}

function pooling(workload: PoolWorkload, layout: Layout): Prepared {
  const x = arranged(poolInput(workload), workload.input, layout);
  const pool = jit(poolFunction(workload, layout));
  return measured(() => pool(x.ref), [x]);
}

function gradient(workload: PoolWorkload, layout: Layout): Prepared {
  const x = arranged(poolInput(workload), workload.input, layout);
  const dy = arranged(poolGradient(workload), pooledShape(workload), layout);
  const [y, back] = jax.vjp(poolFunction(workload, layout), [x.ref]);
  y.dispose();
  return measured(() => back(dy.ref)[0], [x, dy]);
}

function product(workload: GemmWorkload): Prepared {
  const { left, right } = gemmInputs(workload);
  const a = array(left, [workload.rows, workload.inner]);
  const b = array(right, [workload.inner, workload.columns]);
  const multiply = jit((p: jax.Array, q: jax.Array) => np.matmul(p, q));
  return measured(() => multiply(a.ref, b.ref), [a, b]);
}

function logits(x: jax.Array, parameters: readonly jax.Array[]): jax.Array {
  const features = (input: jax.Array, index: number, padding: number) => {
    const pads: [number, number][] = [
      [padding, padding],
      [padding, padding],
    ];
    const bias = parameters[2 * index + 1].reshape([1, -1, 1, 1]);
    const active = nn.sigmoid(lax.conv(input, parameters[2 * index], [1, 1], pads).add(bias));
    return lax.reduceWindow(active, (taps) => np.mean(taps), [2, 2], [2, 2]);
  };
  const dense = (input: jax.Array, index: number) =>
    np.matmul(input, np.matrixTranspose(parameters[2 * index])).add(parameters[2 * index + 1]);
  const pooled = features(features(x, 0, 2), 1, 0);
  const flat = pooled.reshape([-1, 400]);
  return dense(nn.sigmoid(dense(nn.sigmoid(dense(flat, 2)), 3)), 4);
}

function lenetArrays(workload: LenetWorkload): { x: jax.Array; labels: Int32Array; parameters: jax.Array[] } {
  const { images, labels, parameters } = lenetInputs(workload);
  return {
    x: array(images, [workload.batch, 1, 28, 28]),
    labels,
    parameters: parameters.map((data, index) => array(data, lenetParameters[index].shape)),
  };
}

function inference(workload: LenetWorkload): Prepared {
  const { x, parameters } = lenetArrays(workload);
  const model = jit((images: jax.Array, weights: jax.Array[]) => logits(images, weights));
  return measured(
    () =>
      model(
        x.ref,
        parameters.map(({ ref }) => ref),
      ),
    [x, ...parameters],
  );
}

function training(workload: LenetWorkload): Prepared {
  const { x, labels, parameters: first } = lenetArrays(workload);
  const hot = new Float32Array(labels.length * 10);
  labels.forEach((label, index) => {
    hot[index * 10 + label] = 1;
  });
  const target = array(hot, [labels.length, 10]);
  const loss = (weights: jax.Array[], images: jax.Array, classes: jax.Array) =>
    np.sum(nn.logSoftmax(logits(images, weights)).mul(classes)).mul(-1 / workload.batch);
  const step = jit((weights: jax.Array[], images: jax.Array, classes: jax.Array) => {
    const slopes = jax.grad(loss)(
      weights.map(({ ref }) => ref),
      images,
      classes,
    );
    return weights.map((weight, index) => weight.sub(slopes[index].mul(lenetLearningRate)));
  });
  let parameters = first;
  const run = async () => {
    parameters = step(parameters, x.ref, target.ref);
    await jax.blockUntilReady(parameters);
  };
  return {
    run,
    async output() {
      await run();
      const parts: Float32Array[] = [];
      for (const parameter of parameters) parts.push(await read(parameter.ref));
      return concatenated(parts);
    },
    dispose: () => {
      for (const each of [x, target, ...parameters]) each.dispose();
    },
  };
}
