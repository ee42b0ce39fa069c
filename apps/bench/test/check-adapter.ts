import { describe, expect, it } from 'vitest';
import { type Open, Unsupported } from '../src/adapters/adapter.js';
import { type PeerName, peers } from '../src/peers.js';
import { nodeSurroundings } from '../src/versions.js';
import { expectationOf, wrongness } from '../src/workloads/expected.js';
import { channelsLastIndex } from '../src/workloads/inputs.js';
import { type Layout, type PoolWorkload, pooledShape, type Window, type Workload } from '../src/workloads/workload.js';

function pool(input: readonly number[], window: Window, changes: Partial<PoolWorkload> = {}): PoolWorkload {
  return { kind: 'pool', fn: 'max', pass: 'forward', input, window, ...changes };
}

const overlapping: Window = { kind: 'sliding', kernel: [3, 3], stride: [2, 2], padding: [1, 1] };
const halves: Window = { kind: 'sliding', kernel: [2, 2], stride: [2, 2], padding: [0, 0] };

/** One of each kind, small: values are above zero in every window, which some peers need to be right. */
export const workloads: readonly (readonly [string, Workload])[] = [
  ['max 2×2', pool([2, 3, 6, 8], halves)],
  ['max 3×3 with padding', pool([2, 3, 7, 9], overlapping)],
  ['avg 3×3 with padding', pool([2, 3, 7, 9], overlapping, { fn: 'avg' })],
  ['max along one axis', pool([2, 3, 12], { kind: 'sliding', kernel: [4], stride: [4], padding: [0] })],
  [
    'avg over three axes',
    pool([2, 3, 4, 6, 4], { kind: 'sliding', kernel: [2, 2, 2], stride: [2, 2, 2], padding: [0, 0, 0] }, { fn: 'avg' }),
  ],
  ['global avg', pool([2, 5, 7, 7], { kind: 'global' }, { fn: 'avg' })],
  ['global max', pool([2, 5, 7, 7], { kind: 'global' })],
  ['adaptive avg', pool([1, 2, 10, 7], { kind: 'adaptive', output: [4, 3] }, { fn: 'avg' })],
  ['gradient of max', pool([2, 3, 6, 8], halves, { pass: 'backward' })],
  ['gradient of avg', pool([2, 3, 7, 9], overlapping, { fn: 'avg', pass: 'backward' })],
  ['matrix product', { kind: 'gemm', rows: 5, inner: 7, columns: 9 }],
  ['LeNet inference', { kind: 'lenet', pass: 'inference', batch: 4 }],
  ['LeNet training', { kind: 'lenet', pass: 'training', batch: 4 }],
];

/** What each peer is known not to have, so that a lost operation is noticed. */
const absent: { readonly [peer: string]: readonly string[] } = {
  'tfjs-cpu': ['adaptive avg'],
  'tfjs-wasm': ['adaptive avg', 'LeNet training'],
  'ort-web': ['adaptive avg', 'gradient of max', 'gradient of avg', 'LeNet training'],
  'ort-node': ['adaptive avg', 'gradient of max', 'gradient of avg', 'LeNet training'],
  'jax-js': ['adaptive avg'],
};

/**
 * What is known to be wrong, so that a correction is noticed: TensorFlow.js divides the gradient of an average by the whole
 * window where its own average divided by what was inside; its WebAssembly leaves out windows without a positive number in
 * the gradient of a maximum.
 */
const wrong: { readonly [peer: string]: readonly string[] } = {
  'tfjs-cpu': ['gradient of avg'],
  'tfjs-wasm': ['gradient of avg', 'gradient of max'],
};

function canonical(workload: Workload, layout: Layout, position: number): number {
  if (workload.kind !== 'pool' || layout !== 'channelsLast') return position;
  return channelsLastIndex(position, workload.pass === 'backward' ? workload.input : pooledShape(workload));
}

/**
 * Checks an adapter against the definition. Some libraries change what others find around them (ONNX Runtime Web gives Node
 * a `Worker`): those that mind have a test file, and with it a process, of their own.
 */
export function checkAdapter(name: PeerName, load: () => Promise<{ readonly open: Open }>): void {
  describe(name, () => {
    it.each(workloads)('gives the right answer: %s', async (title, workload) => {
      const peer = await (await load()).open({ threads: 1, device: 'default', surroundings: nodeSurroundings });
      const expectation = expectationOf(workload);
      for (const layout of peers[name].layouts(workload)) {
        if (absent[name]?.includes(title)) {
          await expect(async () => peer.prepare(workload, layout)).rejects.toThrow(Unsupported);
          continue;
        }
        const prepared = await peer.prepare(workload, layout);
        const output = await prepared.output();
        const answer = expectation.positions.map((position) => output[canonical(workload, layout, position)]);
        if (wrong[name]?.includes(title)) expect(wrongness(expectation, answer)).toMatch(/wrong/);
        else expect(wrongness(expectation, answer), layout).toBeNull();
        await prepared.run();
        await prepared.dispose?.();
      }
    });
  });
}
