import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Backend, DType, Kernel, Layout, Op, OpKind } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { contiguousStrides, resolveConv, resolvePool, type Shape } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import { avgPool2d, createDevice, full, maxPool2d, mul, permute, relu, softmax, zeros } from '../src/index.js';
import { KernelCache } from '../src/kernel-cache.js';

function layout(shape: Shape, dtype: DType = 'f32', strides: readonly number[] = contiguousStrides(shape)): Layout {
  return { dtype, shape, strides };
}

/** Asks a cache; a kernel that is new has the number of the request as its variant. */
function asker(cache: KernelCache) {
  let asked = 0;
  const find = (op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): Kernel | null =>
    cache.find(op, inputs, outputs, () => ({ variant: String(asked++) }));
  return { find, count: () => asked };
}

const window = { op: 'pool', rank: 2, kernelSize: 3, padding: 1 } as const;
const image = [1, 2, 6, 6];
const pooled = resolvePool({ ...window, stride: 1 }, image);
// The same shapes by another window.
const wide = resolvePool({ ...window, kernelSize: 5, stride: 1, padding: 2 }, image);
const convolved = resolveConv({ op: 'conv2d', rank: 2, padding: 1 }, image, [2, 2, 3, 3]);
const widelyConvolved = resolveConv({ op: 'conv2d', rank: 2, padding: 2 }, image, [2, 2, 5, 5]);
const avg = { fn: 'avg', divisor: 'taps' } as const;
const bias = { bias: true } as const;

/** Ops of each kind that differ from each other in one thing each, and all say something else. */
const opsOfKind: { readonly [K in OpKind]: readonly Op[] } = {
  copy: [{ kind: 'copy' }],
  fill: [0, -0, 1, 1.5, Number.NaN, Infinity, 2 ** 40, 0n, 1n].map((value) => ({ kind: 'fill', value })),
  unary: (['relu', 'sigmoid', 'sin', 'sqrt', 'sign'] as const).map((fn) => ({ kind: 'unary', fn })),
  binary: (['add', 'sub', 'eq', 'ne', 'le', 'lt', 'gt', 'ge', 'tanhGrad'] as const).map((fn) => ({
    kind: 'binary',
    fn,
  })),
  where: [{ kind: 'where' }],
  reduce: [
    { kind: 'reduce', fn: 'sum', axes: [] },
    { kind: 'reduce', fn: 'sum', axes: [0] },
    { kind: 'reduce', fn: 'sum', axes: [1] },
    { kind: 'reduce', fn: 'sum', axes: [0, 1] },
    { kind: 'reduce', fn: 'max', axes: [0, 1] },
  ],
  argReduce: [
    { kind: 'argReduce', fn: 'argmax', axis: 0 },
    { kind: 'argReduce', fn: 'argmax', axis: 1 },
    { kind: 'argReduce', fn: 'argmin', axis: 1 },
  ],
  matmul: [
    { kind: 'matmul' },
    { kind: 'matmul', epilogue: bias },
    { kind: 'matmul', epilogue: { bias: true, activation: 'relu' } },
    { kind: 'matmul', epilogue: { bias: false, activation: 'relu' } },
    { kind: 'matmul', epilogue: { bias: true, activation: 'tanh' } },
  ],
  conv: [
    { kind: 'conv', geometry: convolved, groups: 1 },
    { kind: 'conv', geometry: widelyConvolved, groups: 1 },
    { kind: 'conv', geometry: convolved, groups: 2 },
    { kind: 'conv', geometry: convolved, groups: 1, epilogue: bias },
    { kind: 'conv', geometry: convolved, groups: 1, epilogue: { bias: true, activation: 'sigmoid' } },
  ],
  convGradInput: [
    { kind: 'convGradInput', geometry: convolved, groups: 1 },
    { kind: 'convGradInput', geometry: widelyConvolved, groups: 1 },
    { kind: 'convGradInput', geometry: convolved, groups: 2 },
  ],
  convGradWeight: [
    { kind: 'convGradWeight', geometry: convolved, groups: 1 },
    { kind: 'convGradWeight', geometry: convolved, groups: 2 },
  ],
  pool: [
    { kind: 'pool', pool: { fn: 'max' }, geometry: pooled, indices: 'none' },
    { kind: 'pool', pool: { fn: 'min' }, geometry: pooled, indices: 'none' },
    { kind: 'pool', pool: { fn: 'max' }, geometry: wide, indices: 'none' },
    { kind: 'pool', pool: { fn: 'max' }, geometry: pooled, indices: 'plane' },
    { kind: 'pool', pool: { fn: 'max' }, geometry: pooled, indices: 'window' },
    { kind: 'pool', pool: avg, geometry: pooled, indices: 'none' },
    { kind: 'pool', pool: { fn: 'avg', divisor: 'window' }, geometry: pooled, indices: 'none' },
    { kind: 'pool', pool: { fn: 'avg', divisor: 3 }, geometry: pooled, indices: 'none' },
    { kind: 'pool', pool: { fn: 'lp', p: 3 }, geometry: pooled, indices: 'none' },
    { kind: 'pool', pool: { fn: 'lp', p: 2 }, geometry: pooled, indices: 'none' },
  ],
  poolGrad: [
    { kind: 'poolGrad', pool: avg, geometry: pooled, indices: 'none' },
    { kind: 'poolGrad', pool: avg, geometry: wide, indices: 'none' },
    { kind: 'poolGrad', pool: { fn: 'avg', divisor: 2 }, geometry: pooled, indices: 'none' },
    { kind: 'poolGrad', pool: { fn: 'max' }, geometry: pooled, indices: 'plane' },
    { kind: 'poolGrad', pool: { fn: 'max' }, geometry: pooled, indices: 'window' },
  ],
  softmax: [
    { kind: 'softmax', axis: 0, log: false },
    { kind: 'softmax', axis: 1, log: false },
    { kind: 'softmax', axis: 1, log: true },
  ],
  gather: [0, 1].map((axis) => ({ kind: 'gather', axis })),
  scatterAdd: [0, 1].map((axis) => ({ kind: 'scatterAdd', axis })),
  scatter: [0, 1].map((axis) => ({ kind: 'scatter', axis })),
};
const ops = Object.values(opsOfKind).flat();

describe('the cache of kernels', () => {
  it('tells apart whatever an op can say, on the same layouts', () => {
    const { find, count } = asker(new KernelCache(1000));
    const layouts = [layout(image)];
    const kernels = ops.map((op) => find(op, layouts, layouts));
    expect(new Set(kernels).size).toBe(ops.length);
    // Equal ops are equal, whoever made them. A clone would have geometries of its own.
    for (const [index, op] of ops.entries()) {
      const again = { ...op, ...('pool' in op ? { pool: { ...op.pool } } : {}) };
      expect(find(again, [layout([...image])], layouts)).toBe(kernels[index]);
    }
    expect(count()).toBe(ops.length);
  });

  it('tells apart layouts', () => {
    const { find, count } = asker(new KernelCache(1000));
    const square = layout([2, 2]);
    const requests: readonly (readonly [readonly Layout[], readonly Layout[]])[] = [
      [[square], [square]],
      [[layout([2, 2], 'f32', [1, 2])], [square]],
      [[layout([2, 2], 'f32', [0, 1])], [square]],
      [[layout([2, 2], 'f64')], [square]],
      [[square], [layout([2, 2], 'i32')]],
      [[square], [layout([2, 2], 'f32', [4, 1])]],
      [[layout([4])], [layout([4])]],
      [[layout([1, 4])], [layout([1, 4])]],
      [[square, square], [square]],
      [[square], [square, square]],
      [[], [square]],
    ];
    for (let time = 0; time < 2; time++)
      for (const [inputs, outputs] of requests) find({ kind: 'copy' }, inputs, outputs);
    expect(count()).toBe(requests.length);
  });

  it('does not follow an array that is changed later', () => {
    const { find } = asker(new KernelCache(10));
    const axes = [0];
    const at = [layout([2, 2])];
    const rows = find({ kind: 'reduce', fn: 'sum', axes }, at, at);
    axes[0] = 1;
    expect(find({ kind: 'reduce', fn: 'sum', axes }, at, at)).not.toBe(rows);
    expect(find({ kind: 'reduce', fn: 'sum', axes: [0] }, at, at)).toBe(rows);
  });

  it('is bounded, and keeps what is asked for again and again', () => {
    const cache = new KernelCache(8);
    const { find, count } = asker(cache);
    const at = [layout([1])];
    const wanted = find({ kind: 'copy' }, at, at);
    for (let value = 0; value < 100; value++) {
      find({ kind: 'fill', value }, [], at);
      expect(find({ kind: 'copy' }, at, at)).toBe(wanted);
      expect(cache.size).toBeLessThanOrEqual(16);
    }
    expect(count()).toBe(101);
    find({ kind: 'fill', value: 0 }, [], at);
    expect(count()).toBe(102);
    cache.clear();
    expect(cache.size).toBe(0);
  });
});

/** The reference backend, with a count of the kernels that it was asked for. */
function counting(declines: (op: Op) => boolean = () => false) {
  const inner = referenceBackend();
  const asked: string[] = [];
  const made: WeakRef<Kernel>[] = [];
  const kernel: Backend['kernel'] = (op, inputs, outputs) => {
    asked.push(op.kind);
    const answer = declines(op) ? null : inner.kernel(op, inputs, outputs);
    if (answer) made.push(new WeakRef(answer));
    return answer;
  };
  const backend: Backend = new Proxy<Backend>(inner, {
    get(target, name) {
      if (name === 'kernel') return kernel;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { device: createDevice(backend), asked, made };
}

describe('a device', () => {
  it('asks its backend once for what is computed again', () => {
    const { device, asked } = counting();
    const x = full([1, 1, 4, 4], 2, { device });
    asked.length = 0;
    for (let time = 0; time < 5; time++) {
      expect(maxPool2d(x, 2).toArraySync()).toEqual([
        [
          [
            [2, 2],
            [2, 2],
          ],
        ],
      ]);
      expect(maxPool2d(mul(x, 2), 2).sum().itemSync()).toBe(16);
      expect(avgPool2d(x, 2, { divisorOverride: 2 }).sum().itemSync()).toBe(16);
      expect(avgPool2d(x, 2).sum().itemSync()).toBe(8);
    }
    expect(asked.toSorted()).toEqual(['binary', 'fill', 'pool', 'pool', 'pool', 'reduce']);
  });

  it('asks again for another layout of the same shape', () => {
    const { device, asked } = counting();
    const x = zeros([3, 3], { device });
    asked.length = 0;
    for (let time = 0; time < 3; time++) for (const view of [x, permute(x, [1, 0])]) relu(view);
    expect(asked).toEqual(['unary', 'unary']);
  });

  it('remembers what its backend declines', () => {
    const { device, asked } = counting((op) => op.kind === 'softmax');
    const x = zeros([3], { device });
    for (let time = 0; time < 3; time++) expect(() => softmax(x)).toThrow('no kernel for this');
    expect(asked.filter((kind) => kind === 'softmax')).toEqual(['softmax']);
  });

  it('asks for nothing where there is nothing to compute', () => {
    const { device, asked } = counting();
    relu(zeros([0, 3], { device }));
    expect(asked).toEqual([]);
  });

  it('drops its kernels when it is disposed of', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const { device, made } = counting();
    relu(zeros([2, 2], { device }));
    /** How many there are after a collection; what is looked at stays until the next turn. */
    const alive = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collectGarbage();
      return made.filter((kernel) => kernel.deref() !== undefined).length;
    };
    expect(await alive()).toBe(2);
    await device[Symbol.asyncDispose]();
    let left = await alive();
    for (let round = 0; round < 50 && left > 0; round++) left = await alive();
    expect(left).toBe(0);
    expect(device.name).toBe('reference');
  });
});
