import type { Op } from '@cenote/backend';
import { afterAll, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import {
  expectClose,
  type Operand,
  operand,
  orderedStrides,
  productVariants,
  Random,
  reference,
  run,
} from './product-support.js';

const backend = cpuBackend();
const threaded = cpuBackend({ shareAbove: -1 });
afterAll(() => threaded[Symbol.asyncDispose]());

interface Case {
  readonly label: string;
  readonly op: Op;
  readonly operands: readonly Operand[];
  readonly shape: readonly number[];
  readonly terms: number;
}

/** Sizes around the edges of tiles and panels, factors and bias in any layout. */
function* cases(count: number): Generator<Case> {
  const random = new Random(7);
  for (let i = 0; i < count; i++) {
    const most = random.pick([6, 20, 70]);
    const [items, rows, depth, columns] = [random.integer(1, 3), ...[0, 0, 0].map(() => random.integer(1, most))];
    const factor = (shape: readonly number[]) => {
      const order = random.pick([
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [2, 1, 0],
      ]);
      const strides = orderedStrides(shape, order);
      const isBroadcast = random.integer(0, 3) === 0;
      return operand(random, shape, isBroadcast ? [0, ...strides.slice(1)] : strides, random.integer(0, 3));
    };
    const activation = random.pick([undefined, undefined, 'relu', 'sigmoid', 'tanh'] as const);
    const hasBias = random.integer(0, 1) === 1;
    const bias = hasBias ? [operand(random, [columns], [random.integer(0, 2)], 1)] : [];
    const operands = [factor([items, rows, depth]), factor([items, depth, columns]), ...bias];
    const strides = operands.map((one) => `[${one.layout.strides}]`).join(' ');
    const op: Op = {
      kind: 'matmul',
      epilogue: activation === undefined ? { bias: hasBias } : { bias: hasBias, activation },
    };
    yield {
      label: `${items}x${rows}x${depth}x${columns} ${strides} ${activation ?? ''}`,
      op,
      operands,
      shape: [items, rows, columns],
      terms: depth + 5,
    };
  }
}

test('random products agree with the reference', () => {
  for (const { label, op, operands, shape, terms } of cases(400)) {
    const want = reference(op, operands, shape);
    const magnitudes = reference({ ...op, epilogue: { bias: operands.length > 2 } } as Op, operands, shape, true);
    const variants = productVariants(backend, op, operands, shape);
    expect(variants.length).toBeGreaterThan(0);
    for (const variant of variants) {
      expectClose(`${variant} ${label}`, run(backend, op, operands, shape, variant), want, magnitudes, terms);
    }
  }
});

test('threads change no bit', async () => {
  await threaded.startThreads(2);
  for (const { label, op, operands, shape } of cases(60)) {
    for (const variant of productVariants(backend, op, operands, shape)) {
      const alone = run(backend, op, operands, shape, variant);
      expect(run(threaded, op, operands, shape, variant), `${variant} ${label}`).toEqual(alone);
    }
  }
});

test('sigmoid and tanh are within two units in the last place', () => {
  const random = new Random(3);
  const inputs = Float32Array.from({ length: 4000 }, (_, i) =>
    i < 200 ? (i - 100) * 1.1 : (random.next() - 0.5) * 2 ** random.integer(-20, 6),
  );
  const x: Operand = {
    layout: { dtype: 'f32', shape: [1, 4000, 1], strides: [4000, 1, 1] },
    offset: 0,
    contents: inputs,
  };
  const one: Operand = {
    layout: { dtype: 'f32', shape: [1, 1, 1], strides: [1, 1, 1] },
    offset: 0,
    contents: new Float32Array([1]),
  };
  for (const activation of ['sigmoid', 'tanh'] as const) {
    const op: Op = { kind: 'matmul', epilogue: { bias: false, activation } };
    for (const variant of productVariants(backend, op, [x, one], [1, 4000, 1])) {
      const got = run(backend, op, [x, one], [1, 4000, 1], variant);
      const want = Float64Array.from(inputs, (value) =>
        activation === 'tanh' ? Math.tanh(value) : 1 / (1 + Math.exp(-value)),
      );
      expectClose(`${variant}`, got, want, want.map(Math.abs), 2);
    }
  }
});
