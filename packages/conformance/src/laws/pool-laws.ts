import type { IndexKind, PoolFn } from '@cenote/backend';
import type { WindowGeometry } from '@cenote/shape';
import type { CaseOp, CaseWindow } from '../case.js';
import { randomTensor } from '../random/tensors.js';
import { indexDType, randomIndexKind, randomPoolWindow } from '../random/windows.js';
import type { TensorData } from '../tensor-data.js';
import { differences, differs, dot, epsilonOf, type Law, type LawBench, mapElements, total } from './law.js';

const max: PoolFn = { fn: 'max' };
const avg: PoolFn = { fn: 'avg', divisor: 'taps' };

/** A pooling of the window, on the bench's backend. */
async function pool(
  bench: LawBench,
  fn: PoolFn,
  { window, geometry }: { window: CaseWindow; geometry: WindowGeometry },
  x: TensorData,
  indices: IndexKind = 'none',
): Promise<readonly TensorData[]> {
  const op: CaseOp = { kind: 'pool', pool: fn, window, indices };
  const y = { dtype: x.dtype, shape: geometry.outputShape };
  return bench.run(op, [x], indices === 'none' ? [y] : [y, { dtype: indexDType(indices), shape: y.shape }]);
}

async function poolGrad(
  bench: LawBench,
  fn: PoolFn,
  { window, geometry }: { window: CaseWindow; geometry: WindowGeometry },
  inputs: readonly TensorData[],
  indices: IndexKind = 'none',
): Promise<TensorData> {
  const op: CaseOp = { kind: 'poolGrad', pool: fn, window, indices };
  const [dx] = await bench.run(op, inputs, [{ dtype: inputs[0].dtype, shape: geometry.inputShape }]);
  return dx;
}

/** Adding a number to the input adds it to the maximum and leaves the indices alone. */
const shift: Law = {
  name: 'max-shift',
  async check(bench) {
    const { random, dtype } = bench;
    const drawn = randomPoolWindow(random);
    const indices = randomIndexKind(random, drawn.geometry);
    const x = randomTensor(random, dtype, drawn.geometry.inputShape, 'ties');
    const by = random.integer(-50, 50);
    const [y, at] = await pool(bench, max, drawn, x, indices);
    const shifted = await pool(
      bench,
      max,
      drawn,
      mapElements(x, (value) => value + by),
      indices,
    );
    return differences(`max(x + ${by})`, shifted, [mapElements(y, (value) => value + by), at], 'equal');
  },
};

/** Minimum pooling is maximum pooling of the negative, with the same indices. */
const duality: Law = {
  name: 'min-is-negative-max',
  async check(bench) {
    const { random, dtype } = bench;
    const drawn = randomPoolWindow(random);
    const indices = randomIndexKind(random, drawn.geometry);
    const x = randomTensor(random, dtype, drawn.geometry.inputShape, random.pick(['ties', 'uniform'] as const));
    const [y, at] = await pool(bench, max, drawn, x, indices);
    const negative = mapElements(x, (value) => -value);
    const minimum = await pool(bench, { fn: 'min' }, drawn, negative, indices);
    return differences('min(−x)', minimum, [mapElements(y, (value) => -value), at], 'equal');
  },
};

/** A larger input never gives a smaller output. */
const monotone: Law = {
  name: 'monotone',
  async check(bench) {
    const { random, dtype } = bench;
    const drawn = randomPoolWindow(random);
    const fn = random.pick<PoolFn>([max, { fn: 'min' }, avg, { fn: 'avg', divisor: 'window' }]);
    const x = randomTensor(random, dtype, drawn.geometry.inputShape, 'uniform');
    const larger = mapElements(x, (value) => (random.oneIn(2) ? value : value + random.uniform(0, 2)));
    const [y] = await pool(bench, fn, drawn, x);
    const [above] = await pool(bench, fn, drawn, larger);
    const worse = y.data.findIndex((value, i) => Number(above.data[i]) < Number(value));
    if (worse < 0) return null;
    return `${fn.fn} of a larger input: element ${worse} fell from ${y.data[worse]} to ${above.data[worse]}`;
  },
};

/** Scaling by a power of two is exact, for the input and everything that comes of it. */
const scale: Law = {
  name: 'pool-scale',
  async check(bench) {
    const { random, dtype } = bench;
    const drawn = randomPoolWindow(random);
    const fn = random.pick<PoolFn>([max, avg, { fn: 'avg', divisor: 'window' }, { fn: 'avg', divisor: 7 }]);
    const by = 2 ** random.integer(-6, 6);
    const x = randomTensor(random, dtype, drawn.geometry.inputShape, 'uniform');
    const expected = (await pool(bench, fn, drawn, x)).map((tensor) => mapElements(tensor, (value) => value * by));
    const scaled = mapElements(x, (value) => value * by);
    return differences(`${fn.fn}(${by} x)`, await pool(bench, fn, drawn, scaled), expected, 'equal');
  },
};

/** What flows back is what came in: Σ dx = Σ dy, for maxima and for averages over the valid taps. */
const gradientSum: Law = {
  name: 'gradient-sum',
  async check(bench) {
    const { random, dtype } = bench;
    const drawn = randomPoolWindow(random);
    const x = randomTensor(random, dtype, drawn.geometry.inputShape, random.pick(['ties', 'uniform'] as const));
    const dy = randomTensor(random, dtype, drawn.geometry.outputShape, 'uniform');
    const bound =
      epsilonOf(dtype) *
      8 *
      dot(
        mapElements(dy, Math.abs),
        mapElements(dy, () => 1),
      );
    const indices = randomIndexKind(random, drawn.geometry);
    const [, at] = await pool(bench, max, drawn, x, indices);
    const ofMax = await poolGrad(bench, max, drawn, [dy, at], indices);
    const ofAvg = await poolGrad(bench, avg, drawn, [dy]);
    return (
      differs('Σ dx of max pooling', total(ofMax), total(dy), bound) ??
      differs('Σ dx of average pooling', total(ofAvg), total(dy), bound)
    );
  },
};

/** An average and its gradient are adjoint: ⟨avg(x), dy⟩ = ⟨x, dx⟩, whatever the divisor. */
const adjoint: Law = {
  name: 'avg-adjoint',
  async check(bench) {
    const { random, dtype } = bench;
    const drawn = randomPoolWindow(random);
    const taps = drawn.geometry.axes.reduce((product, axis) => product * axis.kernel, 1);
    const x = randomTensor(random, dtype, drawn.geometry.inputShape, 'uniform');
    const dy = randomTensor(random, dtype, drawn.geometry.outputShape, 'uniform');
    for (const divisor of ['taps', 'window', 3] as const) {
      const fn: PoolFn = { fn: 'avg', divisor };
      const [y] = await pool(bench, fn, drawn, x);
      const dx = await poolGrad(bench, fn, drawn, [dy]);
      const [sums] = await pool(bench, fn, drawn, mapElements(x, Math.abs));
      const bound = epsilonOf(dtype) * (taps + 4) * dot(sums, mapElements(dy, Math.abs));
      const difference = differs(`divisor ${divisor}: ⟨x, dx⟩ and ⟨avg(x), dy⟩`, dot(x, dx), dot(y, dy), bound);
      if (difference !== null) return difference;
    }
    return null;
  },
};

/** The element that an index names is the maximum. */
const indices: Law = {
  name: 'index-names-the-maximum',
  async check(bench) {
    const { random, dtype } = bench;
    let drawn = randomPoolWindow(random);
    while (drawn.geometry.dataFormat !== 'channelsFirst') drawn = randomPoolWindow(random);
    const { geometry } = drawn;
    const x = randomTensor(random, dtype, geometry.inputShape, random.pick(['ties', 'uniform'] as const));
    const [y, at] = await pool(bench, max, drawn, x, 'plane');
    const planeSize = (pick: 'input' | 'output') => geometry.axes.reduce((product, axis) => product * axis[pick], 1);
    const picked = y.data.map((_, i) => {
      const plane = Math.floor(i / planeSize('output'));
      return x.data[plane * planeSize('input') + Number(at.data[i])];
    });
    return differences('x[indices]', [{ ...y, data: picked }], [y], 'equal');
  },
};

/** A window over everything is a reduction over the spatial axes. */
const global: Law = {
  name: 'global-pool-is-reduce',
  async check(bench) {
    const { random, dtype } = bench;
    const inputShape = [random.integer(1, 3), random.integer(1, 4), random.integer(1, 9), random.integer(1, 9)];
    const window: CaseWindow = {
      kind: 'adaptivePool',
      spec: { op: 'globalPool2d', rank: 2, outputSize: 1 },
      inputShape,
    };
    const [batch, channels, height, width] = inputShape;
    const x = randomTensor(random, dtype, inputShape, 'uniform');
    const y = { dtype, shape: [batch, channels, 1, 1] };
    const over = async (pool: PoolFn) => bench.run({ kind: 'pool', pool, window, indices: 'none' }, [x], [y]);
    const reduced = async (fn: 'max' | 'sum') => bench.run({ kind: 'reduce', fn, axes: [2, 3] }, [x], [y]);
    const means = (await reduced('sum')).map((sums) => mapElements(sums, (sum) => sum / (height * width)));
    const tolerance = { ulps: height * width + 2, magnitude: 4 };
    return (
      differences('global max', await over(max), await reduced('max'), 'equal') ??
      differences('global average', await over(avg), means, tolerance)
    );
  },
};

/** What holds of pooling. */
export const poolLaws: readonly Law[] = [shift, duality, monotone, scale, gradientSum, adjoint, indices, global];
