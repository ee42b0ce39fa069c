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
] as const;

export type PeerName = (typeof peerNames)[number];

/** What is known of a peer before it runs. */
export interface PeerFacts {
  readonly title: string;
  /** Where there is little room. */
  readonly short: string;
  /** Whether it can use more than one thread where the benchmarks run. */
  readonly threads: boolean;
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

/** The peers by name. */
export const peers: { readonly [P in PeerName]: PeerFacts } = {
  floor: { title: 'copy of the same bytes', short: 'copy', threads: false, native: false, layouts: () => first },
  cenote: { title: 'Cenote', short: 'Cenote', threads: true, native: false, layouts: forPooling(both) },
  plain: { title: 'plain loops', short: 'plain loops', threads: false, native: false, layouts: () => first },
  'tfjs-cpu': {
    title: 'TensorFlow.js cpu',
    short: 'tfjs cpu',
    threads: false,
    native: false,
    slow: true,
    layouts: forPooling(last),
  },
  'tfjs-wasm': {
    title: 'TensorFlow.js wasm',
    short: 'tfjs wasm',
    // Its threads need a browser.
    threads: false,
    native: false,
    layouts: forPooling(last),
  },
  'ort-web': { title: 'ONNX Runtime Web wasm', short: 'ORT web', threads: true, native: false, layouts: () => first },
  'ort-node': { title: 'ONNX Runtime native', short: 'ORT native', threads: true, native: true, layouts: () => first },
  'jax-js': { title: 'jax-js wasm', short: 'jax-js', threads: true, native: false, layouts: forPooling(both) },
  pytorch: {
    title: 'PyTorch',
    short: 'PyTorch',
    threads: true,
    native: true,
    layouts: (workload) =>
      workload.kind !== 'pool'
        ? first
        : // oneDNN takes its own blocks, forward only, and has no adaptive windows there.
          workload.pass === 'forward' && workload.window.kind !== 'adaptive'
          ? [...both, 'blocked']
          : both,
  },
};

/** How layouts are written in tables. */
export const layoutTitles: { readonly [L in Layout]: string } = {
  channelsFirst: 'NCHW',
  channelsLast: 'NHWC',
  blocked: 'blocked',
};
