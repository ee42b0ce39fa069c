import type { PoolWorkload } from './workload.js';
import { elementsOf, type GemmWorkload, type LenetWorkload, lenetParameterCount, pooledShape } from './workload.js';

/**
 * The number at a place of an input: pseudo-random, from −1 up to 1, and exact in f32, so that every language gets the
 * same bits from a few integer operations (the mixing steps of MurmurHash3, in the public domain).
 * `torch_worker.py` has the same function.
 *
 * @param stream Which input it is.
 */
export function valueAt(stream: number, index: number): number {
  let hash = (index + Math.imul(stream, 0x9e37_79b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  hash ^= hash >>> 16;
  return (hash >>> 8) * 2 ** -23 - 1;
}

/** The first `length` numbers of a stream, times `scale`. */
export function values(stream: number, length: number, scale = 1): Float32Array {
  const result = new Float32Array(length);
  for (let index = 0; index < length; index++) result[index] = valueAt(stream, index) * scale;
  return result;
}

/** Which stream feeds what. */
export const streams = { x: 1, gradient: 2, left: 3, right: 4, images: 5, labels: 6, parameters: 7 } as const;

/** The input of a pooling, channels first. */
export function poolInput(workload: PoolWorkload): Float32Array {
  return values(streams.x, elementsOf(workload.input));
}

/** The gradient that arrives at the output of a pooling, channels first. */
export function poolGradient(workload: PoolWorkload): Float32Array {
  return values(streams.gradient, elementsOf(pooledShape(workload)));
}

/** The two factors of a matrix product. */
export function gemmInputs({ rows, inner, columns }: GemmWorkload): { left: Float32Array; right: Float32Array } {
  return { left: values(streams.left, rows * inner), right: values(streams.right, inner * columns) };
}

/** The parameters of the LeNet in PyTorch's order and layout. Fan-in and fan-out are those of Xavier's initialisation. */
export const lenetParameters = [
  { name: 'conv1.weight', shape: [6, 1, 5, 5], fans: 25 + 150 },
  { name: 'conv1.bias', shape: [6], fans: 0 },
  { name: 'conv2.weight', shape: [16, 6, 5, 5], fans: 150 + 400 },
  { name: 'conv2.bias', shape: [16], fans: 0 },
  { name: 'linear1.weight', shape: [120, 400], fans: 520 },
  { name: 'linear1.bias', shape: [120], fans: 0 },
  { name: 'linear2.weight', shape: [84, 120], fans: 204 },
  { name: 'linear2.bias', shape: [84], fans: 0 },
  { name: 'linear3.weight', shape: [10, 84], fans: 94 },
  { name: 'linear3.bias', shape: [10], fans: 0 },
] as const;

/** The learning rate of the training step: the book's. */
export const lenetLearningRate = 0.9;

/** A batch with its labels, and the first parameters in the order of {@link lenetParameters}. */
export interface LenetInputs {
  /** `[batch, 1, 28, 28]`, from 0 to 1. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly parameters: readonly Float32Array[];
}

/** What a LeNet starts from. */
export function lenetInputs({ batch }: LenetWorkload): LenetInputs {
  const images = values(streams.images, batch * 784).map((value) => (value + 1) / 2);
  const labels = Int32Array.from({ length: batch }, (_, index) => Math.floor((valueAt(streams.labels, index) + 1) * 5));
  const all = values(streams.parameters, lenetParameterCount);
  let offset = 0;
  const parameters = lenetParameters.map(({ shape, fans }) => {
    const length = elementsOf(shape);
    const scale = fans === 0 ? 0 : Math.fround(Math.sqrt(6 / fans));
    const part = all.slice(offset, offset + length).map((value) => value * scale);
    offset += length;
    return part;
  });
  return { images, labels, parameters };
}

/** Copies `[N, C, …]` to `[N, …, C]`. */
export function toChannelsLast(data: Float32Array, shape: readonly number[]): Float32Array {
  const [batch, channels, ...spatial] = shape;
  const plane = elementsOf(spatial);
  const result = new Float32Array(data.length);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      const from = (n * channels + c) * plane;
      let to = n * channels * plane + c;
      for (let at = 0; at < plane; at++, to += channels) result[to] = data[from + at];
    }
  }
  return result;
}

/** Where the element at `index` of `[N, C, …]` lies in `[N, …, C]`. */
export function channelsLastIndex(index: number, shape: readonly number[]): number {
  const [, channels, ...spatial] = shape;
  const plane = elementsOf(spatial);
  const at = index % plane;
  const c = Math.floor(index / plane) % channels;
  const n = Math.floor(index / plane / channels);
  return (n * plane + at) * channels + c;
}
