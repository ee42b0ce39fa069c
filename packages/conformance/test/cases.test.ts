import { readdirSync, readFileSync } from 'node:fs';
import type { OpKind } from '@cenote/backend';
import { describe, expect, test } from 'vitest';
import { conformanceCases, randomCase, randomCases, resolveOp } from '../src/index.js';
import { layoutOf, tensorOf } from '../src/tensor-data.js';
import { toWindowIndices } from '../src/window-indices.js';

const cases = conformanceCases();
const given = conformanceCases({ derived: false });
const random = randomCases(1, 300);

const kinds: { readonly [K in OpKind]: true } = {
  copy: true,
  fill: true,
  unary: true,
  binary: true,
  where: true,
  reduce: true,
  argReduce: true,
  matmul: true,
  conv: true,
  convGradInput: true,
  convGradWeight: true,
  pool: true,
  poolGrad: true,
  softmax: true,
  gather: true,
  scatterAdd: true,
  scatter: true,
};

describe('the cases', () => {
  test('have ids of their own', () => {
    const ids = [...cases, ...random].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are plain data', () => {
    for (const one of [...cases, ...random]) expect(structuredClone(one)).toEqual(one);
    // What JSON cannot say is only in the values that fill takes.
    for (const one of [...cases, ...random].filter(({ op }) => op.kind !== 'fill')) {
      expect(resolveOp(JSON.parse(JSON.stringify(one)).op)).toEqual(resolveOp(one.op));
      expect(JSON.parse(JSON.stringify(one.inputs))).toEqual(one.inputs);
    }
  });

  test('are many, and cover every op', () => {
    expect(given.length).toBeGreaterThan(2000);
    expect(new Set(given.map(({ op }) => op.kind))).toEqual(new Set(Object.keys(kinds)));
    // Nothing about a fill is random.
    expect(new Set([...random.map(({ op }) => op.kind), 'fill'])).toEqual(new Set(Object.keys(kinds)));
  });

  test('cover every function', () => {
    const fns = (kind: OpKind) => new Set(given.flatMap(({ op }) => (op.kind === kind && 'fn' in op ? [op.fn] : [])));
    expect(fns('unary').size).toBe(19);
    expect(fns('binary').size).toBe(19);
    expect(fns('reduce').size).toBe(6);
    expect(fns('argReduce').size).toBe(2);
    const pools = cases.flatMap(({ op }) =>
      'pool' in op ? [`${op.kind} ${op.pool.fn} ${op.window.spec.rank} ${op.indices}`] : [],
    );
    for (const rank of [1, 2, 3]) {
      for (const kind of ['pool', 'poolGrad']) {
        for (const fn of ['avg', 'lp']) expect(pools).toContain(`${kind} ${fn} ${rank} none`);
        for (const indices of ['plane', 'window']) expect(pools).toContain(`${kind} max ${rank} ${indices}`);
        expect(pools).toContain(`${kind} min ${rank} plane`);
      }
    }
  });

  test('have data that fills their shapes, and outputs of the shape that the geometry says', () => {
    for (const { op: caseOp, inputs, expect: expected } of [...cases, ...random]) {
      for (const { shape, data } of [...inputs, ...expected]) {
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      }
      const op = resolveOp(caseOp);
      if (op.kind === 'pool' || op.kind === 'conv') expect(expected[0].shape).toEqual(op.geometry.outputShape);
      if (op.kind === 'poolGrad' || op.kind === 'convGradInput') {
        expect(expected[0].shape).toEqual(op.geometry.inputShape);
      }
    }
  });

  test('fit in a few hundred kilobytes', () => {
    const folder = new URL('../src/goldens/', import.meta.url);
    const bytes = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)).length);
    expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThan(500_000);
  });
});

describe('the random cases', () => {
  test('are the same for the same seed, one by one', () => {
    expect(randomCases(7, 40)).toEqual(randomCases(7, 60).slice(0, 40));
    expect(randomCase(7, 33)).toEqual(randomCases(7, 34)[33]);
    expect(randomCase(8, 33).inputs).not.toEqual(randomCase(7, 33).inputs);
  });

  test('put inputs in all sorts of places', () => {
    const inputs = random.flatMap((one) => one.inputs);
    const strides = (tensor: (typeof inputs)[number]) => layoutOf(tensor).strides;
    const isSorted = (tensor: (typeof inputs)[number]) =>
      strides(tensor).every((stride, axis) => axis === 0 || stride <= strides(tensor)[axis - 1]);
    expect(inputs.filter((tensor) => (tensor.placement?.offset ?? 0) > 0).length).toBeGreaterThan(50);
    expect(inputs.filter((tensor) => !isSorted(tensor)).length).toBeGreaterThan(30);
    expect(inputs.filter((tensor) => strides(tensor).includes(0)).length).toBeGreaterThan(20);
  });

  test('have windows of all sorts', () => {
    const windows = random.flatMap(({ op: caseOp }) => {
      const op = resolveOp(caseOp);
      return 'geometry' in op ? [op.geometry] : [];
    });
    const share = (holds: (axis: (typeof windows)[number]['axes'][number]) => boolean) =>
      windows.filter(({ axes }) => axes.some(holds)).length / windows.length;
    expect(share((axis) => axis.padLow > 0)).toBeGreaterThan(0.3);
    expect(share((axis) => axis.padLow !== axis.padHigh)).toBeGreaterThan(0.1);
    expect(share((axis) => axis.dilation > 1)).toBeGreaterThan(0.1);
    expect(share((axis) => !axis.uniform)).toBeGreaterThan(0.02);
    expect(share((axis) => axis.count[axis.output - 1] < axis.kernel)).toBeGreaterThan(0.3);
    expect(share((axis) => Math.max(...axis.coverCount) > 1)).toBeGreaterThan(0.3);
    expect(share((axis) => axis.kernel > 8)).toBeGreaterThan(0.02);
  });
});

test('indices in the window follow from indices in the plane', () => {
  const op = resolveOp({
    kind: 'pool',
    pool: { fn: 'max' },
    window: {
      kind: 'pool',
      spec: { op: 'maxPool2d', rank: 2, kernelSize: [2, 3], stride: [2, 2], padding: [1, 1] },
      inputShape: [3, 4],
    },
    indices: 'plane',
  });
  if (op.kind !== 'pool') throw new Error('unreachable');
  // The first window covers rows −1 and 0, columns −1 to 1; element (0, 1) is its tap 5.
  expect(op.geometry.outputShape).toEqual([2, 2]);
  expect(toWindowIndices(op.geometry, [1, 3, 4, 11])).toEqual([5, 5, 1, 5]);
});

test('a tensor is rounded to its dtype', () => {
  expect(tensorOf('u8', [3], [256, -1, 2.9]).data).toEqual([0, 255, 2]);
  expect(tensorOf('f32', [2], [0.1, Number.NaN]).data).toEqual([Math.fround(0.1), 'NaN']);
  expect(tensorOf('i64', [1], [2n ** 60n]).data).toEqual(['1152921504606846976']);
});
