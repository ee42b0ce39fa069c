import { dtypes, type OpKind } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { describe, expect, test } from 'vitest';
import { conformanceTests } from '../src/index.js';

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

describe('the reference backend', () => {
  // Made at once: every test looks at the backend that it is about.
  const backend = referenceBackend();
  for (const { name, run } of conformanceTests(backend, { required: everyKind })) {
    test(name, async () => {
      const { status } = await run();
      // It is the definition: it has every op and every dtype.
      expect(status).toBe('pass');
    });
  }

  test('has every dtype', () => expect(backend.caps.dtypes).toEqual(dtypes));
});
