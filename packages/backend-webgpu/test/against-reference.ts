import { byteSize, type DType, type Layout, type Op, type TypedArray, typedArrayView } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';
import { expect } from 'vitest';
import type { WebGpuBackend } from '../src/index.js';

/** A tensor with its elements, contiguous. */
export interface Values {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** What is random in these tests, the same every time. */
export function seeded(seed: number): { real(): number; integer(least: number, most: number): number } {
  let state = seed >>> 0;
  const real = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  return { real, integer: (least, most) => least + Math.floor(real() * (most - least + 1)) };
}

/** Floats between -1 and 1; with `specials`, NaN of both signs, infinities and zeros of both signs among them. */
export function floats(
  random: ReturnType<typeof seeded>,
  shape: Shape,
  contents: 'plain' | 'ties' | 'specials',
): Values {
  const data = new Float32Array(elementCount(shape));
  const bits = new Uint32Array(data.buffer);
  const specials = [0x7fc00000, 0xffc00000, 0x7f800000, 0xff800000, 0x80000000, 0, 0x7f7fffff, 0xff7fffff];
  for (let i = 0; i < data.length; i++) {
    if (contents === 'specials' && random.integer(0, 5) === 0) bits[i] = specials[random.integer(0, 7)];
    else data[i] = contents === 'plain' ? random.real() * 2 - 1 : random.integer(-3, 3);
  }
  return { dtype: 'f32', shape, data };
}

/** An op on all of a backend's variants. */
export interface Comparison {
  readonly op: Op;
  readonly inputs: readonly Values[];
  readonly outputs: readonly { readonly dtype: DType; readonly shape: Shape }[];
  /** How far floats may be off, as a share of the sum of magnitudes; exact without it. */
  readonly relative?: number;
  /** Names of kernels that have to be among the variants. */
  readonly expected?: readonly string[];
}

function layout({ dtype, shape }: { readonly dtype: DType; readonly shape: Shape }): Layout {
  return { dtype, shape, strides: contiguousStrides(shape) };
}

const wide = (dtype: DType): DType => (dtype === 'f32' ? 'f64' : dtype);

/** What the definition says, in f64. */
export function reference(op: Op, inputs: readonly Values[], outputs: Comparison['outputs']): readonly TypedArray[] {
  const backend = referenceBackend();
  const upload = ({ dtype, data }: Values) => {
    const contents = dtype === 'f32' ? Float64Array.from(data as Float32Array) : data;
    const buffer = backend.alloc(contents.byteLength);
    backend.write(buffer, contents);
    return { buffer, offset: 0 };
  };
  const wider = <T extends { dtype: DType; shape: Shape }>(one: T) => layout({ ...one, dtype: wide(one.dtype) });
  const kernel = backend.kernel(op, inputs.map(wider), outputs.map(wider));
  if (kernel === null) throw new Error('the reference has no kernel');
  const targets = outputs.map(({ dtype, shape }) => ({
    buffer: backend.alloc(elementCount(shape) * byteSize[wide(dtype)]),
    offset: 0,
  }));
  backend.run(kernel, inputs.map(upload), targets);
  return outputs.map(({ dtype, shape }, i) =>
    typedArrayView(wide(dtype), backend.readSync(targets[i].buffer), 0, elementCount(shape)),
  );
}

/**
 * Runs an op with every variant that takes it and compares with the definition.
 *
 * @returns The variants.
 */
export async function compareAll(backend: WebGpuBackend, comparison: Comparison): Promise<readonly string[]> {
  const { op, inputs, outputs, relative, expected = [] } = comparison;
  const want = reference(op, inputs, outputs);
  const magnitudes =
    relative === undefined
      ? null
      : reference(
          op,
          inputs.map((one) =>
            one.dtype === 'f32' ? { ...one, data: (one.data as Float32Array).map((value) => Math.abs(value)) } : one,
          ),
          outputs,
        );
  const ins = inputs.map(layout);
  const outs = outputs.map(layout);
  const names = backend.variants(op, ins, outs);
  expect(names).toEqual(expect.arrayContaining([...expected]));
  for (const name of names) {
    const kernel = backend.kernel(op, ins, outs, name);
    if (kernel === null) throw new Error(`${name} is listed, and not there`);
    const sources = inputs.map(({ data }) => {
      const buffer = backend.alloc(data.byteLength);
      backend.write(buffer, data);
      return { buffer, offset: 0 };
    });
    const targets = outputs.map(({ dtype, shape }) => ({
      buffer: backend.alloc(elementCount(shape) * byteSize[dtype]),
      offset: 0,
    }));
    backend.run(kernel, sources, targets);
    for (const [i, { dtype, shape }] of outputs.entries()) {
      const count = elementCount(shape);
      const bytes = await backend.read(targets[i].buffer);
      const got = typedArrayView(dtype, bytes, 0, count);
      const off: string[] = [];
      for (let at = 0; at < count && off.length < 3; at++) {
        const [one, other] = [Number(got[at]), Number(want[i][at])];
        const bound = magnitudes === null ? 0 : (relative ?? 0) * Number(magnitudes[i][at]) + 2 ** -126;
        const isClose = Object.is(one, other) || one === other || (dtype === 'f32' && Math.abs(one - other) <= bound);
        if (!isClose) off.push(`[${at}] is ${one}, expected ${other}`);
      }
      expect({ name, output: i, off }).toEqual({ name, output: i, off: [] });
    }
    for (const { buffer } of [...sources, ...targets]) backend.free(buffer);
  }
  return names;
}
