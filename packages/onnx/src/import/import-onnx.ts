import { isFloat } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { CenoteError } from '@cenote/shape';
import { createDevice, type Device, fromData, getDefaultDevice, keep, type Tensor } from '@cenote/tensor';
import { elementTypeName } from '../proto/element-types.js';
import type { AttributeProto, GraphProto } from '../proto/schema.js';
import type { TensorSignature } from '../signature.js';
import { Attributes } from './attributes.js';
import { readContents, signatureOf } from './contents.js';
import { excerpt, invalidFile } from './errors.js';
import { OnnxModel } from './onnx-model.js';
import { planGraph } from './plan.js';
import { type ReadExternal, readTensor, type StoredTensor } from './tensors.js';

/** Options of {@link importOnnx}. */
export interface ImportOnnxOptions {
  /** Where the weights go, and where the model is computed. Default: the default device. */
  readonly device?: Device;
  /**
   * Reads a part of a file beside the model, when the weights are there: `length` bytes from `offset` on. The location was checked: it is a relative path
   * that does not climb.
   */
  readonly externalData?: ReadExternal;
  /** The most elements that a tensor may have while the model runs, so that a model cannot fill the memory. Default: 2^28. */
  readonly maxElements?: number;
}

const op = 'importOnnx';

/**
 * A model from an ONNX file: convolutional classifiers, and whatever else is made of the operators that
 * `supportedOperators` lists.
 *
 * It is checked as a whole before anything is computed: names, the order of nodes, weights, and that all of its operators are
 * known here. Operators of an activation after `Conv` and `Gemm` are computed with these in one go. Numbers that shapes are made of are kept
 * where they can be read at once, so that models run on a GPU as well.
 *
 * @param bytes The file. A model of which the weights are elsewhere needs `externalData`; `importOnnxFile` of `@cenote/onnx/node`
 * reads them from the model's folder.
 * @returns Belongs to the caller, with the weights: `dispose()` frees them.
 * @throws CenoteError `INVALID_FILE` for a file that is damaged or no ONNX model, or a graph that makes no sense; `UNSUPPORTED` with all operators
 * that are not known here, for other versions of them than opset 7 to 25, and for inputs of other types than tensors have here.
 *
 * @example
 * ```ts
 * const model = await importOnnx(bytes);
 * const logits = model.forward(images);
 * ```
 */
export async function importOnnx(bytes: Uint8Array, options: ImportOnnxOptions = {}): Promise<OnnxModel> {
  const { device = getDefaultDevice(), externalData = null, maxElements = 2 ** 28 } = options;
  const { file, graph, opset } = readContents(op, bytes);
  const stored = await readConstants(graph, externalData);
  const inputs = graph.input.filter(({ name }) => !stored.has(name)).map(signatureOf);
  assertInputs(inputs, graph);
  const known = new Set([...stored.keys(), ...inputs.map(({ name }) => name)]);
  const isConstant = new Set(graph.node.filter(({ opType }) => opType === 'Constant'));
  const steps = planGraph(op, { ...graph, node: graph.node.filter((node) => !isConstant.has(node)) }, known);
  const host = isReadable(device) ? device : createDevice(referenceBackend());
  const used = new Set([...steps.flatMap((step) => step.inputs), ...graph.output.map(({ name }) => name)]);
  const constants = upload(stored, used, device, host);
  const initializers = new Set(graph.initializer.map(({ name }) => name));
  return new OnnxModel({
    inputs,
    outputs: graph.output.map(signatureOf),
    opset,
    metadata: Object.fromEntries(file.metadataProps.map(({ key, value }) => [key, value])),
    steps,
    constants,
    weights: [...constants.entries()]
      .filter(([name, x]) => initializers.has(name) && isFloat(x.dtype) && x.device === device)
      .map(([name]) => name),
    device,
    host,
    maxElements,
  });
}

/** Whether shapes can be computed on a device: it has 64-bit integers, and can be read without waiting. */
function isReadable({ backend }: Device): boolean {
  return backend.caps.sync && backend.caps.dtypes.includes('i64');
}

/** Initialisers, and the outputs of `Constant` nodes. */
async function readConstants(
  graph: GraphProto,
  readExternal: ReadExternal | null,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const stored = new Map<string, StoredTensor>();
  const add = (name: string, tensor: StoredTensor) => {
    if (name === '' || stored.has(name)) {
      throw invalidFile(op, 'a weight without a name of its own', `'${excerpt(name, 40)}'`, 'each name once');
    }
    stored.set(name, tensor);
  };
  for (const tensor of graph.initializer) add(tensor.name, await readTensor(op, tensor, readExternal));
  for (const { opType, output, attribute } of graph.node) {
    if (opType === 'Constant') add(output.at(0) ?? '', await constantOf(attribute, readExternal));
  }
  return stored;
}

async function constantOf(
  attribute: readonly AttributeProto[],
  readExternal: ReadExternal | null,
): Promise<StoredTensor> {
  const attributes = new Attributes('Constant', attribute);
  const value = attributes.tensor('value');
  if (value) return readTensor('Constant', value, readExternal);
  const vector = (numbers: readonly number[]) => [numbers.length];
  const floats = attributes.floats('value_floats');
  if (floats) return { dtype: 'f32', shape: vector(floats), elements: Float32Array.from(floats) };
  const ints = attributes.ints('value_ints');
  if (ints) return { dtype: 'i64', shape: vector(ints), elements: BigInt64Array.from(ints, toBigInt) };
  if (attributes.has('value_float')) {
    return { dtype: 'f32', shape: [], elements: Float32Array.of(attributes.float('value_float', 0)) };
  }
  if (attributes.has('value_int')) {
    return { dtype: 'i64', shape: [], elements: BigInt64Array.of(toBigInt(attributes.int('value_int', 0))) };
  }
  throw invalidFile(
    'Constant',
    'a constant of a kind that is not known here',
    attributes.names.join(', ') || 'no value',
    'value, value_float, value_floats, value_int or value_ints',
    'Convert the model',
  );
}

/** The largest 64-bit integers are not exact as numbers, and stand for "to the end". */
const toBigInt = (value: number): bigint => BigInt.asIntN(64, value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value));

/**
 * Whole numbers of 64 bits are what shapes are made of, and single numbers what operators look at (what to pad with); all else
 * goes where the model is computed.
 */
function upload(
  stored: ReadonlyMap<string, StoredTensor>,
  used: ReadonlySet<string>,
  device: Device,
  host: Device,
): Map<string, Tensor> {
  const constants = new Map<string, Tensor>();
  try {
    for (const [name, { dtype, shape, elements }] of stored) {
      if (!used.has(name)) continue;
      const place = dtype === 'i64' || shape.length === 0 ? host : device;
      constants.set(name, keep(fromData(elements, shape, { dtype, device: place })));
    }
  } catch (error) {
    for (const tensor of constants.values()) tensor.dispose();
    throw error;
  }
  return constants;
}

function assertInputs(inputs: readonly TensorSignature[], graph: GraphProto): void {
  const names = new Set<string>();
  for (const { name, dtype } of inputs) {
    if (name === '' || names.has(name)) {
      throw invalidFile(op, 'an input without a name of its own', `'${excerpt(name, 40)}'`, 'each name once');
    }
    names.add(name);
    if (dtype) continue;
    const type = graph.input.find((one) => one.name === name)?.type?.tensorType?.elemType;
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op,
      what: `the input '${excerpt(name, 40)}' is of a type that tensors cannot have here`,
      got: type === undefined ? 'no tensor' : elementTypeName(type),
      expected: 'float, double, int32, int64, uint8, int8 or bool',
      hint: 'Convert the model',
    });
  }
}
