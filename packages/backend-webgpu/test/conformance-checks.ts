import { conformanceCases, runConformance } from '@cenote/conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';
import { openWebGpu, type WebGpuBackend } from '../src/index.js';
import { findGpu, gpuNeeds } from './gpu.js';

/** A case takes a pipeline, and software takes its time for one: parts report for themselves how far they are. */
const parts = 24;

/**
 * Defines the tests of some parts of the conformance checks. They are in files of their own, which run side by side.
 *
 * @param from The first part.
 * @param to The part after the last one, at most {@link parts}.
 */
export async function testConformance(from: number, to: number = parts): Promise<void> {
  const gpu = await findGpu();
  const backend: WebGpuBackend | null = gpu === null ? null : await openWebGpu({ gpu });
  const cases = conformanceCases();

  afterAll(async () => {
    await backend?.[Symbol.asyncDispose]();
  });

  describe('the GPU backend', () => {
    test.for(Array.from({ length: to - from }, (_, index) => from + index))(
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
  });
}
