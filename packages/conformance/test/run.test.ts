import type { Backend, Capabilities, Layout, Op } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { describe, expect, test, vi } from 'vitest';
import { type ConformanceCase, conformanceCases, conformanceTests, makeCase, runConformance } from '../src/index.js';
import { mutant } from './mutants.js';

const neg: ConformanceCase = makeCase({
  id: 'neg',
  op: { kind: 'unary', fn: 'neg' },
  inputs: [{ dtype: 'f32', shape: [2], data: [1, -2] }],
  expect: [{ dtype: 'f32', shape: [2], data: [-1, 2] }],
  tolerance: 'identical',
});
const only = { cases: [neg], randomCount: 0, lawRounds: 0 } as const;

async function resultOf(backend: Backend) {
  const { results } = await runConformance(backend, only);
  return results.find(({ id }) => id === 'neg');
}

describe('runConformance', () => {
  test('reports every result as it comes', async () => {
    const seen: string[] = [];
    const report = await runConformance(referenceBackend, { ...only, onResult: ({ id }) => seen.push(id) });
    expect(report.ok).toBe(true);
    expect(report.results.map(({ id }) => id)).toEqual(seen);
    expect(seen).toContain('neg');
    expect(report.counts.pass).toBe(seen.length);
  });

  test('disposes of what it made, and of nothing else', async () => {
    const dispose = vi.fn(async () => {});
    const backend = { ...mutant({}), [Symbol.asyncDispose]: dispose };
    await runConformance(backend, only);
    expect(dispose).not.toHaveBeenCalled();
    await runConformance(async () => backend, only);
    expect(dispose).toHaveBeenCalledOnce();
  });

  test('takes what a backend throws for a failure', async () => {
    const broken = {
      ...mutant({}),
      run: () => {
        throw new RangeError('index out of bounds');
      },
    };
    expect(await resultOf(broken)).toMatchObject({ status: 'fail', message: 'threw RangeError: index out of bounds' });
  });

  test('lets a backend decline, but not copy and fill', async () => {
    const declines = { ...mutant({}), kernel: () => null };
    expect(await resultOf(declines)).toMatchObject({ status: 'declined', message: 'kernel() declines unary' });
    const copy = conformanceCases().filter(({ id }) => id === 'copy/f32-to-f32');
    const { results } = await runConformance(declines, { ...only, cases: copy });
    expect(results.at(-1)).toMatchObject({ id: 'copy/f32-to-f32', status: 'fail' });
  });

  test('skips what a backend has no dtype for, and NaN that it may lose', async () => {
    const { caps } = mutant({});
    const less: Capabilities = { ...caps, dtypes: ['f32', 'i32'], nan: 'mayBeLost' };
    const { results, ok } = await runConformance(
      { ...mutant({}), caps: less },
      { cases: conformanceCases(), randomCount: 40, lawRounds: 1 },
    );
    expect(ok).toBe(true);
    const declined = results.filter(({ status }) => status === 'declined');
    expect(declined.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['has no f64', 'has no i64', 'may lose NaN']),
    );
    expect(declined.length).toBeLessThan(results.length / 2);
  });

  test('runs known failures, and notices when one is fixed', async () => {
    const known = { ...only, knownFailures: [{ id: 'neg', reason: 'not written yet' }] };
    const good = await runConformance(referenceBackend, known);
    expect(good.ok).toBe(false);
    expect(good.counts.unexpectedPass).toBe(1);
    const wrong = mutant({ after: (_op, _inputs, [y]) => y.set(0, 17) });
    const bad = await runConformance(wrong, { ...known, cases: [neg] });
    expect(bad.results.find(({ id }) => id === 'neg')).toMatchObject({
      status: 'expectedFailure',
      message: 'not written yet',
    });
  });
});

describe('forced variants', () => {
  /** The reference backend as if it had a fast kernel, which computes `fast(op)` instead, and a generic one. */
  function twoVariants(fast: (op: Op) => Op) {
    const backend = mutant({});
    return {
      ...backend,
      kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[], variant = 'fast') {
        const kernel = backend.kernel(variant === 'fast' ? fast(op) : op, inputs, outputs);
        return kernel && { ...kernel, variant };
      },
      variants: (op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): readonly string[] =>
        backend.kernel(op, inputs, outputs) === null ? [] : ['generic', 'fast'],
    };
  }

  test('are all tried', async () => {
    const result = await resultOf(twoVariants((op) => op));
    expect(result).toMatchObject({ status: 'pass', variants: ['generic', 'fast'] });
  });

  test('are named when they fail', async () => {
    const result = await resultOf(twoVariants((op) => (op.kind === 'unary' ? { kind: 'unary', fn: 'abs' } : op)));
    expect(result?.status).toBe('fail');
    expect(result?.message).toMatch(/^fast: output 0\[0\] is 1, expected -1 /);
  });

  test('must agree with what the backend would choose', async () => {
    const backend = twoVariants((op) => op);
    const lists = { ...backend, variants: () => ['other'] };
    expect(await resultOf(lists)).toMatchObject({
      status: 'fail',
      message: 'kernel() chooses fast, which variants() does not list',
    });
    const declines = { ...backend, variants: () => ['x', 'fast'], kernel: () => null };
    expect(await resultOf(declines)).toMatchObject({
      status: 'fail',
      message: 'kernel() declines, but variants() lists x, fast',
    });
  });
});

describe('conformanceTests', () => {
  test('are the checks of a run, one by one', async () => {
    const make = vi.fn(referenceBackend);
    const tests = [...conformanceTests(make, only)];
    expect(make).not.toHaveBeenCalled();
    for (const { run } of tests) await run();
    expect(make).toHaveBeenCalledOnce();
    const { results } = await runConformance(referenceBackend, only);
    expect(tests.map(({ name }) => name)).toEqual([...results.map(({ id }) => id), 'dispose']);
  });

  test('throw what is wrong', async () => {
    const wrong = mutant({ after: (op, _inputs, [y]) => op.kind === 'unary' && y.set(1, 17) });
    const tests = [...conformanceTests(wrong, { ...only, knownFailures: [{ id: 'gone', reason: 'old' }] })];
    const run = async (name: string) => tests.find((one) => one.name === name)?.run();
    await expect(run('neg')).rejects.toThrow('output 0[1] is 17, expected 2 (f32, exact); 1 of 2 elements differ');
    await expect(run('known failure gone')).rejects.toThrow('a known failure that names no check; remove it (old)');
    await expect(run('contract/capabilities')).resolves.toMatchObject({ status: 'pass' });
  });
});
