import { gemmInputs, type LenetInputs, lenetInputs, poolGradient, poolInput, streams, valueAt } from './inputs.js';
import { plainLenet, plainLenetStep } from './plain-lenet.js';
import { plainPoolGradient } from './plain-pool.js';
import { elementsOf, type PoolWorkload, pooledShape, resultElements, type Workload, windowsOf } from './workload.js';

/** What an answer is compared with: some elements of it, by their places in the result, channels first. */
export interface Expectation {
  readonly positions: readonly number[];
  readonly values: readonly number[];
  /** How far from it an answer may be. */
  readonly tolerance: number;
}

/** Enough places to notice a wrong border, a swapped axis and work left undone; few enough to compute in f64 every time. */
const most = 2048;

/**
 * Places all over a result, both ends among them.
 *
 * @param elements How many there are.
 */
export function positionsIn(elements: number): number[] {
  if (elements <= most) return Array.from({ length: elements }, (_, index) => index);
  const step = elements / (most - 1);
  // Shaken, so that no row or column is visited in step.
  const inner = Array.from({ length: most - 2 }, (_, index) =>
    Math.min(elements - 1, Math.floor((index + (valueAt(0, index) + 1) / 2 + 1) * step)),
  );
  return [0, ...inner, elements - 1];
}

/**
 * What the definition gives at some places, in f64: computed here, from no peer and not from Cenote.
 */
export function expectationOf(workload: Workload): Expectation {
  const positions = positionsIn(resultElements(workload));
  switch (workload.kind) {
    case 'pool':
      return workload.pass === 'forward'
        ? {
            positions,
            values: positions.map((position) => pooledAt(workload, position)),
            // Maxima are exact. Averages of numbers up to 1 lose at most what f32 sums over thousands of taps lose.
            tolerance: workload.fn === 'max' ? 0 : 2e-5,
          }
        : { positions, values: pick(gradient(workload), positions), tolerance: 1e-5 };
    case 'gemm': {
      const { left, right } = gemmInputs(workload);
      const { inner, columns } = workload;
      const values = positions.map((position) => {
        const [row, column] = [Math.floor(position / columns), position % columns];
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += left[row * inner + k] * right[k * columns + column];
        return sum;
      });
      // Rounding errors of f32 grow with the square root of the number of terms, at worst in proportion to it.
      return { positions, values, tolerance: 1e-6 * inner };
    }
    case 'lenet': {
      const inputs = lenetInputs(workload);
      if (workload.pass === 'training') {
        return { positions, values: pick(concatenated(plainLenetStep(inputs)), positions), tolerance: 2e-4 };
      }
      // A few pictures, not the batch: a wrong one among the others would have to be wrong on purpose.
      const places = positions.filter((position) => position < 40 || position >= 10 * (workload.batch - 2));
      return { positions: places, values: places.map((place) => logitAt(inputs, place)), tolerance: 1e-4 };
    }
  }
}

function pick(data: Float32Array, positions: readonly number[]): number[] {
  return positions.map((position) => data[position]);
}

/** The parts behind one another. */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function logitAt({ images, labels, parameters }: LenetInputs, place: number): number {
  const picture = Math.floor(place / 10);
  const one = images.subarray(picture * 784, (picture + 1) * 784);
  return plainLenet({ images: one, labels: labels.subarray(picture, picture + 1), parameters }, 1)[place % 10];
}

function gradient(workload: PoolWorkload): Float32Array {
  return plainPoolGradient(workload)(poolInput(workload), poolGradient(workload));
}

/** One output of a pooling, straight from its definition. */
function pooledAt(workload: PoolWorkload, position: number): number {
  const shape = pooledShape(workload).slice(2);
  const sizes = workload.input.slice(2);
  const windows = windowsOf(workload);
  let rest = position;
  const bounds = shape
    .map((size, axis) => ({ size, axis }))
    .reverse()
    .map(({ size, axis }) => {
      const output = rest % size;
      rest = Math.floor(rest / size);
      return [windows[axis].starts[output], windows[axis].ends[output]] as const;
    })
    .reverse();
  // What is left over is the plane: batch and channel.
  let offsets = [rest * elementsOf(sizes)];
  bounds.forEach(([start, end], axis) => {
    const stride = elementsOf(sizes.slice(axis + 1));
    const taps = Array.from({ length: end - start }, (_, tap) => (start + tap) * stride);
    offsets = offsets.flatMap((offset) => taps.map((tap) => offset + tap));
  });
  const taps = offsets.map((offset) => valueAt(streams.x, offset));
  if (workload.fn === 'max') return taps.reduce((largest, value) => Math.max(largest, value));
  return taps.reduce((sum, value) => sum + value) / taps.length;
}

/**
 * Compares an answer with what was expected.
 *
 * @param answer The values at the expectation's positions.
 * @returns What is wrong in a sentence, or null.
 */
export function wrongness(
  { positions, values, tolerance }: Expectation,
  answer: readonly (number | null)[],
): string | null {
  if (answer.length !== values.length) return `gave ${answer.length} of ${values.length} values`;
  const wrong = values.flatMap((value, index) => {
    const got = answer[index];
    return got !== null && Math.abs(got - value) <= tolerance ? [] : [index];
  });
  if (wrong.length === 0) return null;
  const [first] = wrong;
  return `${wrong.length} of ${values.length} checked values are wrong: ${answer[first]} instead of ${values[first]} at ${positions[first]}`;
}
