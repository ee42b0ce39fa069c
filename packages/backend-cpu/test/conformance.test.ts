import { dtypes, type OpKind } from '@cenote/backend';
import { conformanceTests } from '@cenote/conformance';
import { describe, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';

/** A leg that cannot run on this engine says so; where everything is required, that is a failure. */
const required = process.env.CENOTE_REQUIRE_ALL === '1';

/** Nothing is left to others: what the vectors do not compute, the scalar module does. */
const everyKind: readonly OpKind[] = [
  'copy',
  'fill',
  'unary',
  'binary',
  'where',
  'reduce',
  'argReduce',
  'matmul',
  'conv',
  'convGradInput',
  'convGradWeight',
  'pool',
  'poolGrad',
  'softmax',
  'gather',
  'scatterAdd',
  'scatter',
];

const legs = [
  { name: 'scalar', open: async () => cpuBackend({ targets: [] }), randomCount: 300 },
  { name: 'SIMD', open: async () => cpuBackend({ targets: ['simd'] }), randomCount: 600 },
  { name: 'everything that the engine has', open: async () => cpuBackend(), randomCount: 100 },
  {
    name: 'SIMD and threads',
    async open() {
      // Everything is shared, however small, so that every kernel is cut at every place.
      const backend = cpuBackend({ shareAbove: -1 });
      await backend.startThreads(2);
      return backend;
    },
    randomCount: 300,
  },
];

describe.each(legs)('$name', ({ open, randomCount }) => {
  const backend = open();
  for (const { name, run } of conformanceTests(() => backend, { randomCount, required: everyKind })) {
    test(name, async ({ skip }) => {
      const { status, message } = await run();
      if (status === 'declined' && !required) skip(message);
      expect(status).toBe('pass');
    });
  }

  test('has every dtype', async () => expect((await backend).caps.dtypes).toEqual(dtypes));
});
