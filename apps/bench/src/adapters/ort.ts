import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node';
import { gemmInputs, lenetInputs, lenetParameters, poolInput } from '../workloads/inputs.js';
import {
  type GemmWorkload,
  type Layout,
  type LenetWorkload,
  type PoolWorkload,
  pooledShape,
  type Window,
  type Workload,
} from '../workloads/workload.js';
import { type Peer, type Prepared, Unsupported } from './adapter.js';
import { type OnnxGraph, type OnnxNode, onnxModel } from './onnx-model.js';

/** What the two ONNX Runtimes have in common. */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** How sessions are made where not as usual. */
export interface SessionPlan {
  readonly options?: InferenceSession.SessionOptions;
  /** Puts an input where the session wants it; called when there is a session. */
  readonly place?: (data: Float32Array, shape: readonly number[]) => Promise<Tensor>;
  /** Waits until everything is computed, where a call does not wait itself. */
  readonly finish?: () => Promise<void>;
}

/** ONNX Runtime over models that are made here; channels first, inference only. */
export function onnxPeer(runtime: Runtime, version: string, threads: number, plan: SessionPlan = {}): Peer {
  return {
    version,
    threads,
    prepare(workload, layout) {
      const { graph, feeds } = modelOf(workload, layout);
      return session(runtime, threads, { graph, feeds }, plan);
    },
  };
}

/** A session that is made to have the library loaded: it loads itself with the first. */
export async function withRuntime(peer: Peer): Promise<Peer> {
  const window: Window = { kind: 'global' };
  const workload: PoolWorkload = { kind: 'pool', fn: 'max', pass: 'forward', input: [1, 1, 1, 1], window };
  const { dispose } = await peer.prepare(workload, 'channelsFirst');
  await dispose?.();
  return peer;
}

async function session(
  { InferenceSession, Tensor }: Runtime,
  threads: number,
  { graph, feeds }: Model,
  { options, place, finish }: SessionPlan,
): Promise<Prepared> {
  const model = await InferenceSession.create(onnxModel(graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    ...options,
  });
  const tensors: Record<string, Tensor> = {};
  for (const [name, data] of Object.entries(feeds)) {
    const shape = [...graph.inputs[name]];
    tensors[name] = place === undefined ? new Tensor('float32', data, shape) : await place(data, shape);
  }
  return {
    async run() {
      const results = await model.run(tensors);
      results.y.dispose();
      if (finish !== undefined) await finish();
    },
    async output() {
      const { y } = await model.run(tensors);
      const data: unknown = await y.getData(true);
      if (data instanceof Float32Array) return data;
      throw new Error('the result is not of f32');
    },
    async dispose() {
      for (const tensor of Object.values(tensors)) tensor.dispose();
      await model.release();
    },
  };
}

interface Model {
  readonly graph: OnnxGraph;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

function modelOf(workload: Workload, layout: Layout): Model {
  if (layout !== 'channelsFirst') throw new Unsupported('channels first only');
  switch (workload.kind) {
    case 'pool':
      if (workload.pass === 'backward') throw new Unsupported('no gradients');
      return pooling(workload);
    case 'gemm':
      return product(workload);
    case 'lenet':
      if (workload.pass === 'training') throw new Unsupported('no gradients');
      return lenet(workload);
  }
}

function pooling(workload: PoolWorkload): Model {
  const { fn, window, input } = workload;
  if (window.kind === 'adaptive') throw new Unsupported('no adaptive windows');
  const kind = fn === 'max' ? 'MaxPool' : 'AveragePool';
  const node: OnnxNode =
    window.kind === 'global'
      ? { op: `Global${kind}`, inputs: ['x'], output: 'y' }
      : {
          op: kind,
          inputs: ['x'],
          output: 'y',
          attributes: {
            kernel_shape: window.kernel,
            strides: window.stride,
            pads: [...window.padding, ...window.padding],
          },
        };
  return {
    graph: { nodes: [node], inputs: { x: input }, output: { name: 'y', shape: pooledShape(workload) } },
    feeds: { x: poolInput(workload) },
  };
}

function product(workload: GemmWorkload): Model {
  const { rows, inner, columns } = workload;
  const { left, right } = gemmInputs(workload);
  return {
    graph: {
      nodes: [{ op: 'MatMul', inputs: ['a', 'b'], output: 'y' }],
      inputs: { a: [rows, inner], b: [inner, columns] },
      output: { name: 'y', shape: [rows, columns] },
    },
    feeds: { a: left, b: right },
  };
}

function lenet(workload: LenetWorkload): Model {
  const { images, parameters } = lenetInputs(workload);
  const constants = Object.fromEntries(
    lenetParameters.map(({ name, shape }, index) => [name, { shape, data: parameters[index] }]),
  );
  const shape = [workload.batch, 1, 28, 28];
  const convolution = (index: number, from: string, padding: number): OnnxNode[] => [
    {
      op: 'Conv',
      inputs: [from, `conv${index}.weight`, `conv${index}.bias`],
      output: `c${index}`,
      attributes: { kernel_shape: [5, 5], pads: [padding, padding, padding, padding] },
    },
    { op: 'Sigmoid', inputs: [`c${index}`], output: `a${index}` },
    {
      op: 'AveragePool',
      inputs: [`a${index}`],
      output: `p${index}`,
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
  ];
  const linear = (index: number, from: string, output: string): OnnxNode => ({
    op: 'Gemm',
    inputs: [from, `linear${index}.weight`, `linear${index}.bias`],
    output,
    attributes: { transB: 1 },
  });
  return {
    graph: {
      nodes: [
        ...convolution(1, 'x', 2),
        ...convolution(2, 'p1', 0),
        { op: 'Flatten', inputs: ['p2'], output: 'f' },
        linear(1, 'f', 'l1'),
        { op: 'Sigmoid', inputs: ['l1'], output: 's1' },
        linear(2, 's1', 'l2'),
        { op: 'Sigmoid', inputs: ['l2'], output: 's2' },
        linear(3, 's2', 'y'),
      ],
      inputs: { x: shape },
      constants,
      output: { name: 'y', shape: [workload.batch, 10] },
    },
    feeds: { x: images },
  };
}
