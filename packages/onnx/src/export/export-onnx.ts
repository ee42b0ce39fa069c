import type { Module } from '@cenote/nn';
import { CenoteError, type Shape } from '@cenote/shape';
import { create, encode } from '../proto/codec.js';
import { elementType } from '../proto/element-types.js';
import {
  externalLocation,
  graphProto,
  modelProto,
  type NodeProto,
  nodeProto,
  operatorSet,
  stringEntry,
  type TensorProto,
  tensorProto,
  type ValueInfo,
  valueInfo,
} from '../proto/schema.js';
import type { TensorSignature } from '../signature.js';
import { GraphBuilder, type Initializer } from './graph-builder.js';
import { writeLayer } from './layers.js';

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /**
   * The shape of the input, batch first; null on the first axis stands for a batch of any size. May be left out when the first
   * layer is `input(…)`.
   */
  readonly inputShape?: readonly (number | null)[];
  /** The version of ONNX's operators, from 13 to 22. Default: 17, or the first one from there on that has all that the model needs. */
  readonly opset?: number;
  /** Default: `input`. */
  readonly inputName?: string;
  /** Default: `output`. */
  readonly outputName?: string;
  /**
   * The name of a file beside the model that takes the weights, such as `lenet.onnx.data`. Default: they are in the model. A
   * model file can have 2 GiB at most; weights elsewhere any size.
   */
  readonly externalData?: string;
}

/** What {@link exportOnnx} gives. */
export interface OnnxExport {
  /** The model file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The file beside it that has the weights, when that was asked for. */
  readonly externalData: { readonly location: string; readonly bytes: Uint8Array<ArrayBuffer> } | null;
  readonly opset: number;
  readonly input: TensorSignature;
  readonly output: TensorSignature;
}

const firstOpset = 13;
const usualOpset = 17;
const lastOpset = 22;

/** The first version of the file format that goes with an opset: https://github.com/onnx/onnx/blob/main/docs/Versioning.md. */
const irVersion = (opset: number) => (opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10);

const op = 'exportOnnx';

function argumentError(what: string, got: string, expected: string, hint: string): CenoteError {
  return new CenoteError({ code: 'INVALID_ARGUMENT', op, what, got, expected, hint });
}

/**
 * A model as an ONNX file, as it computes after training: dropout is left out.
 *
 * Initialisers have the names of `stateDict()`. Paddings are numbers in the file, worked out for the input shape, so that
 * engines cannot differ in what SAME means.
 *
 * @param model A `sequential` of layers that ONNX has, or one such layer. It stays the caller's.
 * @throws CenoteError `UNSUPPORTED` with all layers that ONNX cannot express, and why; `INVALID_ARGUMENT` for an opset that is too old for the
 * model, an input shape that is missing, or names that cannot be used; `INVALID_SHAPE` for an input that does not fit.
 *
 * @example
 * ```ts
 * const { bytes } = await exportOnnx(lenet5(), { inputShape: [null, 1, 28, 28] });
 * await writeFile('lenet.onnx', bytes);
 * ```
 */
export async function exportOnnx(model: Module, options: ExportOnnxOptions = {}): Promise<OnnxExport> {
  const pattern = inputPattern(model, options.inputShape);
  const { inputName = 'input', outputName = 'output' } = options;
  if (inputName === '' || outputName === '' || inputName === outputName) {
    throw argumentError(
      'the names of input and output cannot be used',
      `'${inputName}' and '${outputName}'`,
      'two different names',
      'Rename one of them',
    );
  }
  const dtype = model.parameters().at(0)?.dtype === 'f64' ? 'f64' : 'f32';
  const graph = new GraphBuilder(options.opset === undefined ? usualOpset : firstOpset, dtype);
  graph.unique(inputName);
  graph.unique(outputName);
  const one = withBatch(pattern, 1);
  const outputShape = model.outputShape(one);
  const last = writeLayer(model, { graph, path: '', kind: '', input: inputName, shape: one });
  if (graph.refusals.length > 0) throw refusalError(graph.refusals);
  const opset = chosenOpset(graph, options.opset);
  const input: TensorSignature = { name: inputName, dtype, shape: pattern.map((size) => size ?? 'batch') };
  const output: TensorSignature = {
    name: outputName,
    dtype,
    shape: outputPattern(model, pattern, outputShape),
  };
  const { tensors, external } = await packTensors(graph.initializers, options.externalData);
  const file = create(modelProto, {
    irVersion: BigInt(irVersion(opset)),
    producerName: 'cenote',
    opsetImport: [create(operatorSet, { version: BigInt(opset) })],
    graph: create(graphProto, {
      name: 'cenote',
      node: ended(graph.nodes, last, inputName, outputName),
      initializer: tensors,
      input: [valueInfoOf(input)],
      output: [valueInfoOf(output)],
    }),
  });
  return { bytes: encode(modelProto, file), externalData: external, opset, input, output };
}

/** The input shape as it was asked for, or as the model's first layer says. */
function inputPattern(model: Module, asked: ExportOnnxOptions['inputShape']): readonly (number | null)[] {
  let first: Module | undefined = model;
  while (first?.describe().kind === 'sequential') first = first.children().at(0)?.[1];
  const description = first?.describe();
  const pattern = asked ?? (description?.kind === 'input' ? description.shape : undefined);
  if (!pattern) {
    throw argumentError(
      'the shape of the input is missing',
      'no inputShape',
      'one entry for each axis, null for a batch of any size',
      'Pass inputShape: [null, 1, 28, 28], or put input([null, 1, 28, 28]) first',
    );
  }
  const fits = pattern.every((size, axis) => (size === null ? axis === 0 : Number.isInteger(size) && size >= 1));
  if (fits && pattern.length > 0) return pattern;
  throw argumentError(
    'the shape of the input cannot be used',
    `[${pattern.join(', ')}]`,
    'whole numbers from 1 on, and null on the first axis only',
    'Only the batch can be of any size: give the other sizes',
  );
}

const withBatch = (pattern: readonly (number | null)[], batch: number): Shape => pattern.map((size) => size ?? batch);

/** The output's sizes; those that depend on the batch are `batch` where they are it, and else null. */
function outputPattern(
  model: Module,
  pattern: readonly (number | null)[],
  one: Shape,
): readonly (number | string | null)[] {
  if (!pattern.includes(null)) return one;
  const two = model.outputShape(withBatch(pattern, 2));
  return one.map((size, axis) => (two[axis] === size ? size : size === 1 && two[axis] === 2 ? 'batch' : null));
}

function chosenOpset(graph: GraphBuilder, asked: number | undefined): number {
  const opset = asked ?? graph.lowestOpset;
  if (!Number.isInteger(opset) || opset < firstOpset || opset > lastOpset) {
    throw argumentError(
      'no such opset',
      String(opset),
      `a whole number from ${firstOpset} to ${lastOpset}`,
      `Leave opset out for ${usualOpset} or what the model needs`,
    );
  }
  if (opset >= graph.lowestOpset) return opset;
  throw argumentError(
    'the opset is too old for the model',
    `opset ${opset}`,
    `at least ${graph.lowestOpset}, for ${graph.opsetReason}`,
    'Raise opset, or leave it out',
  );
}

function refusalError(refusals: readonly string[]): CenoteError {
  return new CenoteError({
    code: 'UNSUPPORTED',
    op,
    what: `ONNX cannot express ${refusals.length === 1 ? 'a layer' : `${refusals.length} layers`}`,
    got: refusals.join('; '),
    expected: 'layers that ONNX has operators for',
    hint: 'Replace them, or write the weights alone with @cenote/safetensors',
  });
}

/** The nodes, of which the last gives the output. */
function ended(nodes: readonly NodeProto[], last: string, inputName: string, outputName: string): NodeProto[] {
  if (last === inputName) {
    return [create(nodeProto, { input: [inputName], output: [outputName], name: 'Identity', opType: 'Identity' })];
  }
  return nodes.map((node) => ({ ...node, output: node.output.map((name) => (name === last ? outputName : name)) }));
}

/** Weights elsewhere begin at pages, so that they can be mapped into memory (ONNX's recommendation). */
const pageBytes = 4096;

async function packTensors(
  initializers: readonly Initializer[],
  location: string | undefined,
): Promise<{ tensors: TensorProto[]; external: OnnxExport['externalData'] }> {
  const tensors: TensorProto[] = [];
  const parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  let end = 0;
  for (const initializer of initializers) {
    const bytes = await initializer.read();
    const tensor = create(tensorProto, {
      name: initializer.name,
      dims: initializer.shape.map(BigInt),
      dataType: initializer.elementType,
    });
    if (location === undefined || bytes.length === 0) {
      tensors.push({ ...tensor, rawData: bytes });
      continue;
    }
    const offset = Math.ceil(end / pageBytes) * pageBytes;
    end = offset + bytes.length;
    parts.push({ offset, bytes });
    const entries = { location, offset: String(offset), length: String(bytes.length) };
    tensors.push({
      ...tensor,
      dataLocation: externalLocation,
      externalData: Object.entries(entries).map(([key, value]) => create(stringEntry, { key, value })),
    });
  }
  if (location === undefined) return { tensors, external: null };
  checkLocation(location);
  const bytes = new Uint8Array(end);
  for (const part of parts) bytes.set(part.bytes, part.offset);
  return { tensors, external: { location, bytes } };
}

function checkLocation(location: string): void {
  if (/^[^/\\:\0]+$/.test(location) && location !== '.' && location !== '..') return;
  throw argumentError(
    'external data cannot have this name',
    `'${location}'`,
    'the name of a file in the folder of the model, without a path',
    'Leave the folder out',
  );
}

function valueInfoOf({ name, dtype = 'f32', shape }: TensorSignature): ValueInfo {
  const dim = (shape ?? []).map((size) => ({
    dimValue: typeof size === 'number' ? BigInt(size) : undefined,
    dimParam: typeof size === 'string' ? size : undefined,
  }));
  return create(valueInfo, { name, type: { tensorType: { elemType: elementType[dtype], shape: { dim } } } });
}
