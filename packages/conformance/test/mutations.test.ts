import type { Backend, Layout, Op } from '@cenote/backend';
import { contiguousStrides } from '@cenote/shape';
import { describe, expect, test } from 'vitest';
import { conformanceCases, randomCases, runConformance } from '../src/index.js';
import { buggyMaximum, coarsen, kernelTaps, type MaximumBug, type Mutation, mutant, undilated } from './mutants.js';

// What finds a bug in f32 finds it in f64.
const golden = conformanceCases({ derived: false }).filter(({ needs }) => !needs.dtypes.includes('f64'));
const cases = [...golden, ...randomCases(1, 300)];

/** What finds a bug: golden cases, random cases and laws are separate nets. */
async function failuresOf(backend: Backend): Promise<readonly string[]> {
  const { results, ok } = await runConformance(backend, { cases, randomCount: 0 });
  const failed = results.filter(({ status }) => status === 'fail').map(({ id }) => id);
  expect(ok).toBe(failed.length === 0);
  return failed;
}

const isGolden = (id: string) => !/^(random|law|contract)\//.test(id);

function maximumWith(bug: MaximumBug): Mutation {
  return {
    after(op, [x], [y, indices]) {
      if (op.kind === 'pool' && op.pool.fn === 'max' && op.indices !== 'window') {
        buggyMaximum(op.geometry, x, y, indices, bug);
      }
    },
  };
}

function averageWith(change: (divisor: 'taps' | 'window' | number, op: Op & { kind: 'pool' | 'poolGrad' }) => number) {
  return {
    op(op: Op): Op {
      if ((op.kind !== 'pool' && op.kind !== 'poolGrad') || op.pool.fn !== 'avg') return op;
      return { ...op, pool: { fn: 'avg', divisor: change(op.pool.divisor, op) } };
    },
  };
}

interface Bug extends Mutation {
  readonly name: string;
  /** Ids of golden cases that have to find it. */
  readonly golden?: RegExp;
  /** A law or a rule of the contract that has to find it. */
  readonly law?: RegExp;
  /** Whether random cases have to find it. */
  readonly random?: boolean;
}

const eachFloat = (fn: (value: number) => number): Mutation['after'] => {
  return (_op, [x], [y]) => {
    for (let i = 0; i < y.length; i++) y.set(i, fn(x.get(i)));
  };
};

const bugs: readonly Bug[] = [
  {
    name: 'the last of equal taps gives the index',
    ...maximumWith({ lastTie: true }),
    golden: /max2d\/ties/,
    random: true,
  },
  { name: 'maximum skips NaN', ...maximumWith({ ignoresNan: true }), golden: /max2d\/nan/, random: true },
  { name: 'the first NaN gives the index', ...maximumWith({ firstNan: true }), golden: /max2d\/nan/ },
  {
    name: 'an average counts padding although it should not',
    ...averageWith((divisor, op) => (typeof divisor === 'number' ? divisor : kernelTaps(op.geometry))),
    golden: /avg2d.*taps/,
    law: /gradient-sum/,
    random: true,
  },
  {
    name: 'an average counts the overhang of ceil mode',
    ...averageWith((divisor, op) => (divisor === 'window' ? kernelTaps(op.geometry) : 0.5)),
    golden: /avg2d.*ceil-window/,
  },
  {
    name: 'the divisor is one too large',
    op: (op) =>
      op.kind === 'pool' && op.pool.fn === 'avg' && typeof op.pool.divisor === 'number'
        ? { ...op, pool: { fn: 'avg', divisor: op.pool.divisor + 1 } }
        : op,
    golden: /avg2d.*-5\/f32/,
    law: /avg-adjoint/,
    random: true,
  },
  {
    name: 'backward divides by another number than forward',
    op: (op) =>
      op.kind === 'poolGrad' && op.pool.fn === 'avg' && op.pool.divisor === 'window'
        ? { ...op, pool: { fn: 'avg', divisor: 'taps' } }
        : op,
    golden: /avg2d.*window\/grad/,
    law: /avg-adjoint/,
    random: true,
  },
  {
    name: 'indices count the padding',
    after(op, _inputs, [, indices]) {
      if (op.kind !== 'pool' || indices === undefined || op.indices !== 'plane') return;
      const { padLow } = op.geometry.axes[2];
      for (let i = 0; i < indices.length; i++) indices.set(i, indices.get(i) + padLow);
    },
    golden: /max2d/,
    law: /index-names-the-maximum/,
    random: true,
  },
  {
    name: 'the gradient of max pooling overwrites where windows overlap',
    after(op, [dy, indices], [dx]) {
      if (op.kind !== 'poolGrad' || op.indices !== 'plane' || op.geometry.dataFormat !== 'channelsFirst') return;
      const plane = (pick: 'input' | 'output') => op.geometry.axes.reduce((product, axis) => product * axis[pick], 1);
      for (let i = 0; i < dy.length; i++) {
        dx.set(Math.floor(i / plane('output')) * plane('input') + indices.get(i), dy.get(i));
      }
    },
    golden: /max2d.*grad/,
    law: /gradient-sum/,
    random: true,
  },
  {
    name: 'convolution forgets its dilation',
    op: (op) => (op.kind === 'conv' ? { ...op, geometry: undilated(op.geometry) } : op),
    golden: /conv2d.*-d/,
    law: /conv-adjoint/,
    random: true,
  },
  {
    name: 'the bias is forgotten',
    op: (op) => (op.kind === 'conv' && op.epilogue ? { ...op, epilogue: { ...op.epilogue, bias: false } } : op),
    golden: /conv2d.*bias/,
    random: true,
  },
  {
    name: 'the activation is forgotten',
    op: (op) => (op.kind === 'matmul' && op.epilogue ? { ...op, epilogue: { bias: op.epilogue.bias } } : op),
    golden: /matmul.*relu/,
    random: true,
  },
  {
    name: 'relu makes NaN 0',
    after: (op, inputs, outputs) => {
      if (op.kind === 'unary' && op.fn === 'relu')
        eachFloat((x) => (Number.isNaN(x) ? 0 : Math.max(x, 0)))?.(op, inputs, outputs);
    },
    golden: /unary\/relu\/special/,
  },
  {
    name: 'halves are rounded away from zero',
    after: (op, inputs, outputs) => {
      if (op.kind !== 'unary' || op.fn !== 'round') return;
      eachFloat((x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5))?.(op, inputs, outputs);
    },
    golden: /unary\/round/,
  },
  {
    name: 'the remainder has the sign of the dividend',
    after(op, [a, b], [y]) {
      if (op.kind !== 'binary' || op.fn !== 'remainder') return;
      for (let i = 0; i < y.length; i++) y.set(i, a.get(i) % b.get(i));
    },
    golden: /binary\/remainder/,
  },
  {
    name: 'a conversion to integers saturates',
    after(op, [x], [y]) {
      if (op.kind !== 'copy' || y.layout.dtype !== 'u8' || x.layout.dtype === 'bool') return;
      for (let i = 0; i < y.length; i++) y.set(i, Math.min(255, Math.max(0, Math.trunc(x.get(i)) || 0)));
    },
    golden: /copy\/i32-to-u8\/wrapping/,
  },
  {
    name: '64-bit integers go through f64',
    after(op, [a, b], [y]) {
      if (op.kind !== 'binary' || op.fn !== 'eq') return;
      for (let i = 0; i < y.length; i++) y.set(i, a.get(i) === b.get(i) ? 1 : 0);
    },
    golden: /binary\/eq\/i64/,
  },
  {
    name: 'softmax does not subtract the maximum',
    after(op, [x], [y]) {
      if (op.kind !== 'softmax' || op.axis !== x.shape.length - 1) return;
      const columns = x.shape[op.axis];
      for (let row = 0; row < y.length; row += columns) {
        const powers = Array.from({ length: columns }, (_, i) => Math.exp(x.get(row + i)));
        const sum = powers.reduce((a, b) => a + b, 0);
        for (let i = 0; i < columns; i++) y.set(row + i, op.log ? Math.log(powers[i] / sum) : powers[i] / sum);
      }
    },
    golden: /softmax.*large/,
    law: /law\/softmax/,
  },
  {
    name: 'strides are taken for contiguous',
    layout: (layout: Layout) => ({ ...layout, strides: contiguousStrides(layout.shape) }),
    random: true,
  },
  { name: 'offsets are taken for 0', ignoresOffsets: true, law: /kernel-runs-again/, random: true },
  {
    name: 'a result is stored one element too far as well',
    after(_op, _inputs, [y]) {
      if (y.length > 0 && y.layout.strides.at(-1) === 1) y.set(y.length, 1);
    },
    golden: /matmul/,
  },
  {
    name: 'an input is used as scratch memory',
    after(op, [x]) {
      if (op.kind === 'softmax') x.set(0, 12345);
    },
    golden: /softmax/,
    random: true,
  },
  {
    name: 'sums lose precision',
    after(op, _inputs, outputs) {
      if (op.kind === 'conv' || op.kind === 'matmul' || op.kind === 'pool' || op.kind === 'reduce') coarsen(outputs);
    },
    golden: /avg2d/,
    law: /global-pool-is-reduce|max-shift|avg-adjoint/,
    random: true,
  },
];

describe('a backend with a bug does not pass', () => {
  for (const { name, golden, law, random, ...mutation } of bugs) {
    test(name, async () => {
      const failed = await failuresOf(mutant(mutation));
      expect(golden ?? law ?? random).toBeDefined();
      if (golden !== undefined) expect(failed.filter(isGolden)).toContainEqual(expect.stringMatching(golden));
      if (law !== undefined) expect(failed).toContainEqual(expect.stringMatching(law));
      if (random) expect(failed).toContainEqual(expect.stringMatching(/^random\//));
    });
  }

  test('no bug, no failure', async () => expect(await failuresOf(mutant({}))).toEqual([]));
});

describe('a backend that breaks the rules of memory does not pass', () => {
  const contract = async (backend: Backend) =>
    (await runConformance(backend, { cases: [], randomCount: 5, lawRounds: 0 })).results
      .filter(({ status }) => status === 'fail')
      .map(({ id }) => id);

  test('a leak', async () => {
    expect(await contract(mutant({ leaks: true }))).toContain('contract/runs-in-order');
  });

  test('work that is put off until the result is read', async () => {
    const backend = mutant({});
    const pending: (() => void)[] = [];
    const flush = () => {
      for (const work of pending.splice(0)) work();
    };
    const failed = await contract({
      ...backend,
      run(...work: Parameters<typeof backend.run>) {
        pending.push(() => backend.run(...work));
      },
      async read(...place: Parameters<typeof backend.read>) {
        flush();
        return backend.read(...place);
      },
    });
    expect(failed).toContain('contract/write-waits-for-run');
    expect(failed).toContain('contract/free-waits-for-run');
    expect(failed).toContain('contract/sync-reads');
  });

  test('a write that keeps the array instead of a copy', async () => {
    const backend = mutant({});
    const kept: (() => void)[] = [];
    const failed = await contract({
      ...backend,
      write(...work: Parameters<typeof backend.write>) {
        kept.push(() => backend.write(...work));
      },
      async read(...place: Parameters<typeof backend.read>) {
        for (const work of kept.splice(0)) work();
        return backend.read(...place);
      },
    });
    expect(failed).toContain('contract/write-copies');
  });
});
