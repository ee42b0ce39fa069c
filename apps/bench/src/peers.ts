import type { Layout, Workload } from './workloads/workload.js';

/** Everything that is measured side by side. `floor` is what the machine can do: a copy, or arithmetic in registers. */
export const peerNames = [
  'floor',
  'cenote',
  'plain',
  'tfjs-cpu',
  'tfjs-wasm',
  'ort-web',
  'ort-node',
  'jax-js',
  'pytorch',
  'tfjs-webgl',
  'tfjs-webgpu',
  'ort-webgpu',
  'jax-webgpu',
] as const;

export type PeerName = (typeof peerNames)[number];

/** Where something is measured: in processes of Node (and Python), or on pages in Chromium, there on processors or a GPU. */
export type Place = 'node' | 'chromium' | 'gpu';

/** What is known of a peer before it runs. */
export interface PeerFacts {
  readonly title: string;
  /** Where there is little room. */
  readonly short: string;
  /** Where it is measured. */
  readonly places: readonly Place[];
  /** Where it can use more than one thread. */
  readonly threads: readonly Place[];
  /** Whether its kernels are machine code rather than JavaScript or WebAssembly. */
  readonly native: boolean;
  /** Whether it is so slow that a quick run leaves it out. */
  readonly slow?: boolean;
  /** The layouts to measure for a workload. A matrix has only one. */
  readonly layouts: (workload: Workload) => readonly Layout[];
}

const first: readonly Layout[] = ['channelsFirst'];
const last: readonly Layout[] = ['channelsLast'];
const both: readonly Layout[] = ['channelsFirst', 'channelsLast'];

/** The layouts of pooling; everything else is measured once, in the peer's own. */
const forPooling =
  (layouts: readonly Layout[], otherwise: readonly Layout[] = first) =>
  (workload: Workload) =>
    workload.kind === 'pool' ? layouts : otherwise;

const node: readonly Place[] = ['node'];
const anyCpu: readonly Place[] = ['node', 'chromium'];
const gpu: readonly Place[] = ['gpu'];
const nowhere: readonly Place[] = [];

/** The peers by name. */
export const peers: { readonly [P in PeerName]: PeerFacts } = {
  floor: {
    title: 'copy of the same bytes',
    short: 'copy',
    places: anyCpu,
    threads: nowhere,
    native: false,
    layouts: () => first,
  },
  cenote: {
    title: 'Cenote',
    short: 'Cenote',
    places: [...anyCpu, ...gpu],
    threads: anyCpu,
    native: false,
    layouts: forPooling(both),
  },
  plain: {
    title: 'plain loops',
    short: 'plain loops',
    places: anyCpu,
    threads: nowhere,
    native: false,
    layouts: () => first,
  },
  'tfjs-cpu': {
    title: 'TensorFlow.js cpu',
    short: 'tfjs cpu',
    places: node,
    threads: nowhere,
    native: false,
    slow: true,
    layouts: forPooling(last),
  },
  'tfjs-wasm': {
    title: 'TensorFlow.js wasm',
    short: 'tfjs wasm',
    places: anyCpu,
    // Its threads need a browser.
    threads: ['chromium'],
    native: false,
    layouts: forPooling(last),
  },
  'ort-web': {
    title: 'ONNX Runtime Web wasm',
    short: 'ORT web',
    places: anyCpu,
    threads: anyCpu,
    native: false,
    layouts: () => first,
  },
  'ort-node': {
    title: 'ONNX Runtime native',
    short: 'ORT native',
    places: node,
    threads: node,
    native: true,
    layouts: () => first,
  },
  'jax-js': {
    title: 'jax-js wasm',
    short: 'jax-js',
    places: anyCpu,
    threads: anyCpu,
    native: false,
    layouts: forPooling(both),
  },
  pytorch: {
    title: 'PyTorch',
    short: 'PyTorch',
    places: node,
    threads: node,
    native: true,
    layouts: (workload) =>
      workload.kind !== 'pool'
        ? first
        : // oneDNN takes its own blocks, forward only, and has no adaptive windows there.
          workload.pass === 'forward' && workload.window.kind !== 'adaptive'
          ? [...both, 'blocked']
          : both,
  },
  'tfjs-webgl': {
    title: 'TensorFlow.js webgl',
    short: 'tfjs webgl',
    places: gpu,
    threads: nowhere,
    native: false,
    layouts: forPooling(last),
  },
  'tfjs-webgpu': {
    title: 'TensorFlow.js webgpu',
    short: 'tfjs webgpu',
    places: gpu,
    threads: nowhere,
    native: false,
    layouts: forPooling(last),
  },
  'ort-webgpu': {
    title: 'ONNX Runtime Web webgpu',
    short: 'ORT webgpu',
    places: gpu,
    threads: nowhere,
    native: false,
    layouts: () => first,
  },
  'jax-webgpu': {
    title: 'jax-js webgpu',
    short: 'jax webgpu',
    places: gpu,
    threads: nowhere,
    native: false,
    layouts: forPooling(both),
  },
};

/** How layouts are written in tables. */
export const layoutTitles: { readonly [L in Layout]: string } = {
  channelsFirst: 'NCHW',
  channelsLast: 'NHWC',
  blocked: 'blocked',
};
