import { type Backend, type BufferHandle, byteSize, type Op, type TypedArray, typedArrayView } from '@cenote/backend';
import {
  decodeElement,
  encodeElement,
  extent,
  layoutOf,
  positions,
  setElement,
  type TensorData,
} from './tensor-data.js';
import { forcesVariants } from './variant-forcing.js';

/**
 * Every byte that nobody should read or overwrite: before a run the outputs, in every buffer the gaps and the end. As
 * f32 it is 1.3e7, as f64 7e54: finite, so that it is no NaN that a case expects, and large, so that no sum hides it.
 */
const garbage = 0x4b;

/** Elements behind the last one of a tensor that belong to its buffer, to catch kernels that write too far. */
const guardElements = 8;

/** A place for a result: an expected tensor without its data. */
export type OutputSpec = Omit<TensorData, 'data'>;

/** What a kernel did. */
export interface Execution {
  /** The kernel's name. */
  readonly variant: string;
  /** The buffer of each output, from its start. */
  readonly outputs: readonly TypedArray[];
  /** What it did to memory that it should have left alone, in words. */
  readonly damage: string | null;
}

/**
 * Runs one op on a backend: allocates, writes, runs, reads, frees.
 *
 * @param variant The kernel to force, for a backend that lets one do so; otherwise the one that it chooses.
 * @returns What came out, or `null` when the backend declines the op.
 */
export async function execute(
  backend: Backend,
  op: Op,
  inputs: readonly TensorData[],
  outputs: readonly OutputSpec[],
  variant?: string,
): Promise<Execution | null> {
  const inputLayouts = inputs.map(layoutOf);
  const outputLayouts = outputs.map(layoutOf);
  const kernel =
    variant !== undefined && forcesVariants(backend)
      ? backend.kernel(op, inputLayouts, outputLayouts, variant)
      : backend.kernel(op, inputLayouts, outputLayouts);
  if (kernel === null) return null;
  const buffers: BufferHandle[] = [];
  try {
    const upload = (tensor: OutputSpec, contents: TypedArray) => {
      const buffer = backend.alloc(contents.byteLength);
      buffers.push(buffer);
      backend.write(buffer, contents);
      return { buffer, offset: tensor.placement?.offset ?? 0 };
    };
    const inputContents = inputs.map(fill);
    const outputContents = outputs.map(garbageFor);
    const inputViews = inputs.map((tensor, i) => upload(tensor, inputContents[i]));
    const outputViews = outputs.map((tensor, i) => upload(tensor, outputContents[i]));
    backend.run(kernel, inputViews, outputViews);
    const download = async (tensor: OutputSpec, contents: TypedArray, buffer: BufferHandle) =>
      typedArrayView(
        tensor.dtype,
        await backend.read(buffer, 0, contents.byteLength),
        0,
        contents.byteLength / byteSize[tensor.dtype],
      );
    let damage: string | null = null;
    const results: TypedArray[] = [];
    for (const [i, tensor] of outputs.entries()) {
      const result = await download(tensor, outputContents[i], outputViews[i].buffer);
      damage ??= findDamage(`output ${i}`, result, outputContents[i], new Set(positions(tensor)));
      results.push(result);
    }
    for (const [i, tensor] of inputs.entries()) {
      const after = await download(tensor, inputContents[i], inputViews[i].buffer);
      damage ??= findDamage(`input ${i}`, after, inputContents[i], new Set());
    }
    return { variant: kernel.variant, outputs: results, damage };
  } finally {
    for (const buffer of buffers) backend.free(buffer);
  }
}

/**
 * Runs one op and writes its results down.
 *
 * @returns The outputs without their placements, or `null` when the backend declines the op.
 */
export async function evaluate(
  backend: Backend,
  op: Op,
  inputs: readonly TensorData[],
  outputs: readonly OutputSpec[],
): Promise<readonly TensorData[] | null> {
  const execution = await execute(backend, op, inputs, outputs);
  if (execution === null) return null;
  return outputs.map((output, i) => {
    const buffer = execution.outputs[i];
    const data = positions(output).map((position) => encodeElement(buffer[position]));
    return { dtype: output.dtype, shape: output.shape, data };
  });
}

function garbageFor(tensor: OutputSpec): TypedArray {
  const elements = extent(tensor) + guardElements;
  const bytes = new Uint8Array(elements * byteSize[tensor.dtype]).fill(garbage);
  return typedArrayView(tensor.dtype, bytes.buffer, 0, elements);
}

function fill(tensor: TensorData): TypedArray {
  const contents = garbageFor(tensor);
  for (const [flat, position] of positions(tensor).entries()) {
    setElement(contents, position, decodeElement(tensor.dtype, tensor.data[flat]));
  }
  return contents;
}

function findDamage(name: string, after: TypedArray, before: TypedArray, own: ReadonlySet<number>): string | null {
  for (let i = 0; i < before.length; i++) {
    if (Object.is(after[i], before[i]) || own.has(i)) continue;
    return `${name}: element ${i} of the buffer is not the op's to write, and became ${after[i]} (was ${before[i]})`;
  }
  return null;
}
