// Runs on a page: checks the backend and leaves the report as a global.
import type { Layout } from '@cenote/backend';
import {
  type ConformanceCase,
  conformanceCases,
  resolveOp,
  runConformance,
  type TensorData,
} from '@cenote/conformance';
import { contiguousStrides } from '@cenote/shape';
import { openWebGpu, type WebGpuBackend } from '../../src/index.js';

/** What the test is told. */
export interface PageReport {
  readonly passed: number;
  /** Ids and messages of what did not pass. */
  readonly failures: readonly string[];
  /** Names of all kernels that ran. */
  readonly variants: readonly string[];
  readonly error?: string;
}

/** Each kernel runs on so many cases, where there are so many. */
const casesPerVariant = 2;

function layoutOf({ dtype, shape, placement }: TensorData): Layout {
  return { dtype, shape, strides: placement?.strides ?? contiguousStrides(shape) };
}

/**
 * All cases take minutes where processors stand in for a GPU, and Node runs them all on the same compiler of shaders. Here those
 * are taken that bring each kernel to {@link casesPerVariant} cases, and none beyond.
 */
function chosen(backend: WebGpuBackend): readonly ConformanceCase[] {
  const counts = new Map<string, number>();
  return conformanceCases().filter(({ op, inputs, expect }) => {
    const names = backend.variants(resolveOp(op), inputs.map(layoutOf), expect.map(layoutOf));
    if (names.every((name) => (counts.get(name) ?? 0) >= casesPerVariant)) return false;
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return true;
  });
}

/** The cases that the address asks for: `?part=0&parts=24` for one of so many parts of all of them. */
function asked(backend: WebGpuBackend): readonly ConformanceCase[] {
  const { location } = globalThis as unknown as { readonly location: { readonly search: string } };
  const query = new URLSearchParams(location.search);
  const parts = Number(query.get('parts'));
  if (parts === 0) return chosen(backend);
  return conformanceCases().filter((_, index) => index % parts === Number(query.get('part')));
}

async function check(): Promise<PageReport> {
  const backend = await openWebGpu();
  const { results, counts } = await runConformance(backend, {
    cases: asked(backend),
    randomCount: 0,
    lawRounds: 1,
    required: ['copy', 'fill', 'pool', 'poolGrad', 'conv', 'matmul', 'reduce', 'softmax'],
  });
  await backend[Symbol.asyncDispose]();
  return {
    passed: counts.pass,
    failures: results
      .filter(({ status }) => status === 'fail' || status === 'unexpectedPass')
      .map(({ id, message }) => `${id}: ${message}`),
    variants: [...new Set(results.flatMap(({ variants }) => variants))].toSorted(),
  };
}

const report = await check().catch(
  (error: unknown): PageReport => ({ passed: 0, failures: [], variants: [], error: String(error) }),
);
Object.assign(globalThis, { report });
