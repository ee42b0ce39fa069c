import { conformanceCases, runConformance } from '@cenote/conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';
import { openWebGpu, type WebGpuBackend } from '../src/index.js';
import { findGpu, gpuNeeds } from './gpu.js';

const gpu = await findGpu();
const backend: WebGpuBackend | null = gpu === null ? null : await openWebGpu({ gpu });

afterAll(async () => {
  await backend?.[Symbol.asyncDispose]();
});

// In parts, each of which reports for itself how far it is: a case takes a pipeline, and software takes its time for one.
const parts = 24;
const cases = conformanceCases();

describe('the GPU backend', () => {
  test.for(Array.from({ length: parts }, (_, part) => part))(
    'passes the conformance checks (part %i)',
    { timeout: 300_000 },
    async (part, context) => {
      if (backend === null) missing(context, gpuNeeds);
      const report = await runConformance(backend, {
        cases: cases.filter((_, index) => index % parts === part),
        randomSeed: part + 1,
        randomCount: 10,
        lawRounds: part === 0 ? 3 : 0,
        required: ['copy', 'fill', 'pool', 'poolGrad', 'conv', 'matmul', 'reduce', 'softmax'],
      });
      const failures = report.results.filter(({ status }) => status === 'fail' || status === 'unexpectedPass');
      expect(failures.map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
      expect(report.counts.pass).toBeGreaterThan(120);
    },
  );

  test('declines nothing but f64 and i64', async (context) => {
    if (backend === null) missing(context, gpuNeeds);
    expect(backend.caps.dtypes).toEqual(['f32', 'i32', 'u8', 'i8', 'bool']);
  });
});
