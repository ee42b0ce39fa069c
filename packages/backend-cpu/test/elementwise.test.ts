import type { BinaryFn, DType, UnaryFn } from '@cenote/backend';
import { describe, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import { check, contiguous, Seeded } from './elementwise-harness.js';

const compares: readonly BinaryFn[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

const arithmetic = {
  f32: ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'reluGrad', 'sigmoidGrad', 'tanhGrad'],
  i32: ['add', 'sub', 'mul', 'maximum', 'minimum'],
  u8: ['maximum', 'minimum'],
  bool: ['maximum', 'minimum', 'logicalAnd', 'logicalOr'],
} as const satisfies { readonly [D in DType]?: readonly BinaryFn[] };

/** Everything is shared, however small, so that rows and vectors are cut at every place. */
const threaded = cpuBackend({ shareAbove: -1 });
await threaded.startThreads(2);

describe.each([
  ['one thread', cpuBackend()],
  ['two threads', threaded],
])('%s', (_name, backend) => {
  test('unary', () => {
    const random = new Seeded(1);
    const close = { ulps: 2, absolute: 2 ** -126 };
    const seen = new Set<string>();
    const fns: readonly UnaryFn[] = ['neg', 'abs', 'sign', 'sqrt', 'reciprocal', 'relu', 'floor', 'ceil', 'round'];
    for (const fn of [...fns, 'exp', 'sigmoid', 'tanh', 'log'] as const) {
      for (let length = 1; length < 60; length++) {
        const shape = length % 3 === 0 ? random.shape(300) : [length];
        const x = random.place('f32', shape);
        const y = contiguous('f32', shape, random);
        const allowed = fns.includes(fn) ? {} : close;
        for (const name of check(backend, { kind: 'unary', fn }, [x], y, random, allowed)) seen.add(name);
      }
    }
    for (const fn of [...fns, 'exp', 'sigmoid', 'tanh', 'log']) expect([...seen].join()).toMatch(`f32_${fn}__simd128`);
    for (const suffix of ['rows', 'packed']) expect([...seen].join()).toMatch(`_${suffix}__simd128`);
  });

  test('binary', () => {
    const random = new Seeded(2);
    const seen = new Set<string>();
    for (const dtype of ['f32', 'i32', 'u8', 'bool'] as const) {
      for (const fn of [...arithmetic[dtype], ...compares]) {
        for (let i = 0; i < 30; i++) {
          const shape = i % 2 === 0 ? random.shape(300) : [random.integer(1, 3), random.integer(1, 90)];
          const operands = [random.place(dtype, shape), random.place(dtype, shape)];
          const y = contiguous(compares.includes(fn) ? 'bool' : dtype, shape, random);
          // In the products of the gradients, f32 overflows where f64 does not.
          const special = fn !== 'sigmoidGrad' && fn !== 'tanhGrad';
          const allowed = special ? { ulps: 1 } : { ulps: 4 };
          for (const name of check(backend, { kind: 'binary', fn }, operands, y, random, { ...allowed, special })) {
            seen.add(name);
          }
        }
      }
    }
    expect(seen).toContain('f32_sub_rows__simd128');
    expect(seen).toContain('f32_sub_packed__simd128');
    expect(seen).toContain('bool_logicalAnd__simd128');
    expect(seen).toContain('f32_ge_rows__simd128');
  });

  test('where', () => {
    const random = new Seeded(3);
    for (let i = 0; i < 200; i++) {
      const dtype = random.pick(['f32', 'i32'] as const);
      const shape = random.shape(200);
      const inputs = [random.place('bool', shape), random.place(dtype, shape), random.place(dtype, shape)];
      check(backend, { kind: 'where' }, inputs, contiguous(dtype, shape, random), random);
    }
  });

  test('copy and fill', () => {
    const random = new Seeded(4);
    const seen = new Set<string>();
    for (let i = 0; i < 600; i++) {
      const dtype = random.pick(['f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'] as const);
      const shape = random.shape(i % 10 === 0 ? 2000 : 100);
      const x = random.place(dtype, shape);
      const y = random.integer(0, 1) ? random.place(dtype, shape, false) : contiguous(dtype, shape, random);
      for (const name of check(backend, { kind: 'copy' }, [x], y, random)) seen.add(name);
      const value = dtype === 'i64' ? BigInt(random.integer(-9, 9)) : random.pick([0, 1, -1, 2.5, 300, Number.NaN]);
      for (const name of check(backend, { kind: 'fill', value }, [], y, random)) seen.add(name);
    }
    for (const name of ['f32_copy', 'f32_copy_rows', 'f32_copy_transpose', 'i64_fill', 'f64_fill_rows', 'u8_copy']) {
      expect(seen).toContain(`${name}__simd128`);
    }
  });

  test('transposes of matrices', () => {
    const random = new Seeded(5);
    for (let m = 1; m < 40; m++) {
      const n = random.integer(1, 40);
      const x = { dtype: 'f32', shape: [2, m, n], strides: [m * n, 1, m], offset: 1 } as const;
      check(backend, { kind: 'copy' }, [x], contiguous('f32', x.shape, random), random);
    }
  });

  test('conversions', () => {
    const random = new Seeded(6);
    const pairs: readonly (readonly [DType, DType])[] = [
      ['u8', 'f32'],
      ['bool', 'f32'],
      ['i32', 'f32'],
      ['f32', 'bool'],
    ];
    for (const [from, to] of pairs) {
      for (let length = 1; length < 80; length += 3) {
        const x = contiguous(from, [length], random);
        const names = check(backend, { kind: 'copy' }, [x], contiguous(to, [length], random), random);
        expect(names).toContain(`${from}_copy_${to}__simd128`);
        const shape = random.shape(100);
        check(backend, { kind: 'copy' }, [random.place(from, shape)], contiguous(to, shape, random), random);
      }
    }
  });
});

/** The distance of a number's neighbours in f32, of normal size. */
function ulpOf(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23);
}

test.each([
  ['exp', Math.exp, 1],
  ['sigmoid', (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))), 1.7],
  ['tanh', Math.tanh, 1.4],
  ['log', Math.log, 1],
] as const)('%s is right to the last place but one', (fn, exact, ulps) => {
  const backend = cpuBackend();
  // Every 9973rd number of either sign, and many around the place where sigmoid is hardest.
  const all = Uint32Array.from({ length: 430_000 }, (_, i) => i * 9973);
  const x = Float32Array.from([...new Float32Array(all.buffer), ...all.map((_, i) => i).subarray(0, 20_000)], (v, i) =>
    i < all.length ? v : -16.65 + v * 2 ** -20,
  );
  const layout = { dtype: 'f32', shape: [x.length], strides: [1] } as const;
  const kernel = backend.kernel({ kind: 'unary', fn }, [layout], [layout], `f32_${fn}__simd128`);
  if (kernel === null) throw new Error('declined');
  const [source, target] = [backend.alloc(x.byteLength), backend.alloc(x.byteLength)];
  backend.write(source, x);
  backend.run(kernel, [{ buffer: source, offset: 0 }], [{ buffer: target, offset: 0 }]);
  const got = new Float32Array(backend.readSync(target));
  let worst = 0;
  for (const [i, value] of x.entries()) {
    const want = exact(value);
    if (Number.isNaN(want) || !Number.isFinite(Math.fround(want))) {
      if (!Object.is(got[i], Math.fround(want))) expect.fail(`${fn}(${value}) is ${got[i]}`);
    } else if (Math.abs(want) < 2 ** -126) {
      if (Math.abs(got[i] - want) > 2 ** -126) expect.fail(`${fn}(${value}) is ${got[i]}`);
    } else worst = Math.max(worst, Math.abs(got[i] - want) / ulpOf(want));
  }
  expect(worst).toBeLessThan(ulps);
});
