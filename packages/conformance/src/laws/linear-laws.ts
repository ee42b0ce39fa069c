import type { CaseOp } from '../case.js';
import { randomIndices, randomTensor } from '../random/tensors.js';
import { randomConvWindow } from '../random/windows.js';
import { differences, differs, dot, epsilonOf, type Law, mapElements } from './law.js';

/** A convolution and its gradients are adjoint: ⟨y, dy⟩ = ⟨x, dx⟩ = ⟨w, dw⟩. */
const convAdjoint: Law = {
  name: 'conv-adjoint',
  async check({ random, dtype, run }) {
    const { window, geometry, groups, weightShape } = randomConvWindow(random);
    const x = randomTensor(random, dtype, geometry.inputShape, 'uniform');
    const w = randomTensor(random, dtype, weightShape, 'uniform');
    const dy = randomTensor(random, dtype, geometry.outputShape, 'uniform');
    const conv: CaseOp = { kind: 'conv', window, groups };
    const [y] = await run(conv, [x, w], [{ dtype, shape: dy.shape }]);
    const [dx] = await run({ kind: 'convGradInput', window, groups }, [dy, w], [{ dtype, shape: x.shape }]);
    const [dw] = await run({ kind: 'convGradWeight', window, groups }, [x, dy], [{ dtype, shape: w.shape }]);
    const [sums] = await run(conv, [mapElements(x, Math.abs), mapElements(w, Math.abs)], [{ dtype, shape: dy.shape }]);
    // Every sum has at most as many terms as there are elements of the three tensors.
    const terms = x.data.length + w.data.length + dy.data.length;
    const bound = epsilonOf(dtype) * terms * dot(sums, mapElements(dy, Math.abs));
    return (
      differs('⟨x, dx⟩ and ⟨y, dy⟩', dot(x, dx), dot(y, dy), bound) ??
      differs('⟨w, dw⟩ and ⟨y, dy⟩', dot(w, dw), dot(y, dy), bound)
    );
  },
};

/** Scaling the weight by a power of two scales the output exactly. */
const convScale: Law = {
  name: 'conv-scale',
  async check({ random, dtype, run }) {
    const { window, geometry, groups, weightShape } = randomConvWindow(random);
    const x = randomTensor(random, dtype, geometry.inputShape, 'uniform');
    const w = randomTensor(random, dtype, weightShape, 'uniform');
    const op: CaseOp = { kind: 'conv', window, groups };
    const outputs = [{ dtype, shape: geometry.outputShape }];
    const by = 2 ** random.integer(-6, 6);
    const expected = (await run(op, [x, w], outputs)).map((tensor) => mapElements(tensor, (value) => value * by));
    const got = await run(op, [x, mapElements(w, (value) => value * by)], outputs);
    return differences(`conv with ${by} w`, got, expected, 'equal');
  },
};

/** Gather and scatter are adjoint: ⟨x[index], s⟩ = ⟨x, scatter(s)⟩. */
const gatherAdjoint: Law = {
  name: 'gather-adjoint',
  async check({ random, dtype, run }) {
    const shape = [random.integer(1, 4), random.integer(1, 9), random.integer(1, 4)];
    const indexShape = [shape[0], random.integer(1, 12), shape[2]];
    const x = randomTensor(random, dtype, shape, 'uniform');
    const index = randomIndices(random, indexShape, shape[1]);
    const source = randomTensor(random, dtype, indexShape, 'uniform');
    const [gathered] = await run({ kind: 'gather', axis: 1 }, [x, index], [{ dtype, shape: indexShape }]);
    const [scattered] = await run({ kind: 'scatterAdd', axis: 1 }, [index, source], [{ dtype, shape }]);
    const bound =
      epsilonOf(dtype) * indexShape[1] * dot(mapElements(gathered, Math.abs), mapElements(source, Math.abs));
    return differs('⟨x, scatter(s)⟩ and ⟨x[index], s⟩', dot(x, scattered), dot(gathered, source), bound);
  },
};

/** Softmax adds up to 1, and adding a number to its input changes nothing. */
const softmax: Law = {
  name: 'softmax',
  async check({ random, dtype, run }) {
    const [rows, columns] = [random.integer(1, 5), random.integer(1, 20)];
    const shape = [rows, columns];
    // Multiples of 1/8, so that adding a number to them is exact.
    const x = mapElements(randomTensor(random, dtype, shape, 'uniform'), (value) => Math.round(value * 8) / 8);
    const by = random.integer(-1000, 1000);
    const op: CaseOp = { kind: 'softmax', axis: 1, log: false };
    const [y] = await run(op, [x], [{ dtype, shape }]);
    const shifted = await run(op, [mapElements(x, (value) => value + by)], [{ dtype, shape }]);
    const sums = await run({ kind: 'reduce', fn: 'sum', axes: [1] }, [y], [{ dtype, shape: [rows, 1] }]);
    const ones = mapElements(sums[0], () => 1);
    const tolerance = { ulps: 2 * columns + 16 };
    return (
      differences('Σ softmax(x)', sums, [ones], tolerance) ?? differences(`softmax(x + ${by})`, shifted, [y], tolerance)
    );
  },
};

/** What holds of linear ops and of softmax. */
export const linearLaws: readonly Law[] = [convAdjoint, convScale, gatherAdjoint, softmax];
