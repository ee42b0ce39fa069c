import { readFileSync } from 'node:fs';
import { referenceBackend } from '@cenote/backend-reference';
import { isCenoteError } from '@cenote/shape';
import {
  createDevice,
  type Device,
  type DType,
  fromData,
  generator,
  rand,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
} from '@cenote/tensor';
import { expect } from 'vitest';
import * as nn from '../src/index.js';

/** Makes a device of the test file's own the default one. */
export function useReferenceDevice(): Device {
  const device = createDevice(referenceBackend());
  setDefaultDevice(device);
  return device;
}

/** A device that cannot be read without waiting, as a GPU is. */
export function waitingDevice(): Device {
  const backend = referenceBackend();
  return createDevice({ ...boundMethods(backend), name: 'waiting', caps: { ...backend.caps, sync: false } });
}

function boundMethods(backend: ReturnType<typeof referenceBackend>) {
  return {
    alloc: backend.alloc.bind(backend),
    free: backend.free.bind(backend),
    write: backend.write.bind(backend),
    read: backend.read.bind(backend),
    kernel: backend.kernel.bind(backend),
    run: backend.run.bind(backend),
    sync: backend.sync.bind(backend),
    [Symbol.asyncDispose]: backend[Symbol.asyncDispose].bind(backend),
  };
}

/** A tensor of a golden file: dtype, shape, elements; numbers that JSON lacks are strings. */
export type GoldenTensor = readonly [dtype: DType, shape: readonly number[], data: readonly (number | string)[]];

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`goldens/${name}.json`, import.meta.url), 'utf8'));
}

export function fromGolden([dtype, shape, data]: GoldenTensor, requiresGrad = false): Tensor {
  return fromData(Float64Array.from(data, Number), shape, { dtype, requiresGrad });
}

/** Compares element by element: `|actual − expected| ≤ tolerance · max(1, |expected|)`, NaN with NaN. */
export function expectClose(actual: Tensor, expected: GoldenTensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected[1]);
  expectNumbersClose([...actual.dataSync()].map(Number), expected[2].map(Number), tolerance);
}

export function expectNumbersClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    const close =
      Object.is(actual[index], value) || Math.abs(actual[index] - value) <= tolerance * Math.max(1, Math.abs(value));
    if (!close) expect.fail(`element ${index}: ${actual[index]} instead of ${value}`);
  }
}

/** The message of the CenoteError that `body` throws. */
export function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (isCenoteError(error)) return error.message;
    throw error;
  }
  return expect.fail('nothing was thrown');
}

/** The message of the CenoteError that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isCenoteError(error)) return error.message;
    throw error;
  }
  return expect.fail('nothing was thrown');
}

/** Uniform over [−1, 1), `f64`. */
export function noise(shape: readonly number[], seed: number): Tensor {
  return scope(() =>
    rand(shape, { dtype: 'f64', generator: generator(seed) })
      .mul(2)
      .sub(1),
  );
}

/** The largest relative difference between the gradients of a model's parameters and finite differences; `f64`. */
export function parameterGradientError(model: nn.Module, x: Tensor): number {
  const weighted = (): Tensor => {
    const y = model.forward(x);
    const weights = Float64Array.from({ length: y.size }, (_, index) => 0.5 + ((index * 0.6180339887498949) % 1));
    return y.mul(fromData(weights, y.shape)).sum();
  };
  const value = (): number => scope(() => weighted().itemSync());
  let worst = 0;
  for (const parameter of model.parameters()) {
    model.zeroGrad();
    scope(() => weighted().backward());
    const gradient = parameter.grad?.dataSync('f64');
    if (!gradient) return Number.NaN;
    const elements = parameter.dataSync('f64');
    const at = (index: number, element: number): number => {
      const moved = elements.slice();
      moved[index] = element;
      scope(() => parameter.assign(fromData(moved, parameter.shape)));
      return value();
    };
    for (const [index, element] of elements.entries()) {
      const numeric = (at(index, element + 1e-5) - at(index, element - 1e-5)) / 2e-5;
      worst = Math.max(worst, Math.abs(numeric - gradient[index]) / Math.max(1, Math.abs(numeric)));
    }
    scope(() => parameter.assign(fromData(elements, parameter.shape)));
  }
  model.zeroGrad();
  return worst;
}

/** Class labels. */
export function labelsOf(...labels: number[]): Tensor {
  return tensor(labels, { dtype: 'i32' });
}

/** Points in the plane; the class is the quadrant. */
export function points(count: number, seed: number, options: { readonly device?: Device } = {}): nn.LabelledInputs {
  const inputs = scope(() =>
    rand([count, 2], { generator: generator(seed), ...options })
      .mul(2)
      .sub(1),
  );
  const values = rand([count, 2], { generator: generator(seed) });
  const flat = values.dataSync('f32');
  values.dispose();
  const labels = Array.from({ length: count }, (_, n) => (flat[2 * n] < 0.5 ? 0 : 1) + (flat[2 * n + 1] < 0.5 ? 0 : 2));
  return { inputs, labels: tensor(labels, { dtype: 'i32', ...options }) };
}

/** Batches that are made when they are asked for, as by a data loader. */
export function loader(batches: number, size = 8): Iterable<nn.LabelledInputs> {
  return {
    *[Symbol.iterator]() {
      for (let batch = 0; batch < batches; batch++) yield points(size, batch);
    },
  };
}

/** A network for them. */
export const perceptron = (seed = 1, options: { readonly device?: Device } = {}) =>
  nn.sequential(
    nn.linear(2, 16, { generator: generator(seed), ...options }),
    nn.relu(),
    nn.dropout(0.1, { generator: generator(seed) }),
    nn.linear(16, 4, { generator: generator(seed + 1), ...options }),
  );

/** An optimiser that learns in few steps. */
export const quick = (model: nn.Module) => nn.adam(model, { lr: 0.02 });
