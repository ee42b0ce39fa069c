import { type BufferHandle, byteSize, type Kernel, type Layout, type SyncBackend } from '@cenote/backend';
import {
  contiguousStrides,
  type DataFormat,
  resolveAdaptivePool,
  resolvePool,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { expect } from 'vitest';

/** A tensor with its elements. */
export interface Values extends TensorSpec {
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Random numbers that are the same every time. */
export function seeded(seed: number): { integer(least: number, most: number): number; real(): number } {
  let state = seed >>> 0;
  const real = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { real, integer: (least, most) => least + Math.floor(real() * (most - least + 1)) };
}

export type Random = ReturnType<typeof seeded>;

/** A window over a shape: any rank and layout, usual and unusual numbers. */
export function randomGeometry(random: Random): WindowGeometry {
  const { integer } = random;
  for (;;) {
    const rank = ([1, 2, 2, 2, 3] as const)[integer(0, 4)] satisfies SpatialRank;
    const dataFormat: DataFormat = integer(0, 1) === 0 ? 'channelsFirst' : 'channelsLast';
    const largest = [40, 21, 8][rank - 1];
    const spatial = Array.from({ length: rank }, () => integer(1, largest));
    const channels = dataFormat === 'channelsLast' ? integer(1, 21) : integer(1, 3);
    const batch = integer(1, 2);
    const shape = dataFormat === 'channelsFirst' ? [batch, channels, ...spatial] : [batch, ...spatial, channels];
    try {
      if (integer(0, 5) === 0) {
        const outputSize = spatial.map((size) => integer(1, size + 2));
        return resolveAdaptivePool({ op: 'pool', rank, outputSize, dataFormat }, shape);
      }
      const kernelSize = Array.from({ length: rank }, () => integer(1, rank === 3 ? 3 : 5));
      const stride = Array.from({ length: rank }, () => integer(1, 4));
      const usual = integer(2, 3);
      const isUsual = integer(0, 2) === 0;
      return resolvePool(
        {
          op: 'pool',
          rank,
          kernelSize: isUsual ? usual : kernelSize,
          stride: isUsual ? 2 : stride,
          dilation: integer(0, 2) > 0 ? 1 : integer(1, 3),
          padding: integer(0, 1) === 0 ? 0 : integer(0, 2),
          ceilMode: integer(0, 1) === 0,
          dataFormat,
        },
        shape,
      );
    } catch {
      // Not every window fits: draw again.
    }
  }
}

/** Few different numbers, so that there are ties; with specials if asked for. */
export function randomFloats(
  random: Random,
  shape: readonly number[],
  contents: 'ties' | 'specials' | 'plain',
): Values {
  const specials = [Number.NaN, Infinity, -Infinity, -0, -Infinity, -Infinity];
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    if (contents === 'specials' && random.integer(0, 2) === 0) return specials[random.integer(0, 5)];
    return contents === 'plain' ? random.real() * 2 - 1 : random.integer(-3, 3);
  });
  return { dtype: 'f32', shape, data };
}

/** The layouts of tensors that are contiguous. */
export function layoutsOf(tensors: readonly TensorSpec[]): Layout[] {
  return tensors.map(({ dtype, shape }) => ({ dtype, shape, strides: contiguousStrides(shape) }));
}

/** What an output is like. */
export interface TensorSpec {
  readonly dtype: 'f32' | 'i32' | 'u8';
  readonly shape: readonly number[];
}

const constructors = { f32: Float32Array, i32: Int32Array, u8: Uint8Array };

/** Runs a kernel with every tensor `offset` elements into its buffer, and fails when anything around the outputs changes. */
export function execute<B extends BufferHandle, K extends Kernel>(
  backend: SyncBackend<B, K>,
  kernel: K | null,
  inputs: readonly Values[],
  outputs: readonly TensorSpec[],
  offset: number,
): (Float32Array | Int32Array | Uint8Array)[] {
  if (kernel === null) throw new Error('there is no kernel');
  const filler = 77;
  const place = ({ dtype, shape }: TensorSpec) => {
    const bytes = (shape.reduce((a, b) => a * b, 1) + 2 * offset) * byteSize[dtype];
    const buffer = backend.alloc(bytes);
    backend.write(buffer, new Uint8Array(bytes).fill(filler));
    return buffer;
  };
  const sources = inputs.map((values) => {
    const buffer = place(values);
    backend.write(buffer, values.data, offset * byteSize[values.dtype]);
    return buffer;
  });
  const targets = outputs.map(place);
  const at = (buffer: B) => ({ buffer, offset });
  backend.run(kernel, sources.map(at), targets.map(at));
  const results = targets.map((buffer, i) => {
    const { dtype } = outputs[i];
    const bytes = new Uint8Array(backend.readSync(buffer));
    const margin = offset * byteSize[dtype];
    for (const around of [bytes.subarray(0, margin), bytes.subarray(bytes.length - margin)]) {
      expect(around.every((byte) => byte === filler)).toBe(true);
    }
    return new constructors[dtype](bytes.buffer.slice(margin, bytes.length - margin));
  });
  for (const buffer of [...sources, ...targets]) backend.free(buffer);
  return results;
}

/**
 * Fails unless every element is the expected one, or within `terms` units in the last place; of `magnitude` where that is
 * more, which is how large the terms are when they may cancel. −0 is 0.
 */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { terms, magnitude }: { readonly terms: number; readonly magnitude: number },
  what: string,
): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    if (Object.is(got[i], want[i]) || got[i] === want[i]) continue;
    const isNear =
      Math.abs(got[i] - want[i]) <= terms * (2 ** -23 * Math.max(magnitude, Math.abs(want[i])) + 2 ** -149);
    if (!isNear) expect.fail(`${what}: element ${i} is ${got[i]}, expected ${want[i]}`);
  }
}
