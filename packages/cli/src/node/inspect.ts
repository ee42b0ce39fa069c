import { readFile } from 'node:fs/promises';
import { inspectOnnx, type TensorSignature } from '@cenote/onnx';
import { openSafetensorsFile } from '@cenote/safetensors/node';
import { CenoteError } from 'cenote';
import { kindOf, type Result, shapeText, table } from './result.js';

/** What is in a file. No weights are read. */
export async function inspect(path: string): Promise<Result> {
  return kindOf('inspect', path, ['onnx', 'safetensors']) === 'onnx' ? onnx(path) : safetensors(path);
}

const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const metadataText = (metadata: Readonly<Record<string, string>>) =>
  table(Object.entries(metadata).map(([key, value]) => [key, JSON.stringify(value)]));

async function safetensors(path: string): Promise<Result> {
  await using file = await openSafetensorsFile(path);
  const tensors = [...file.entries].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const count = tensors.reduce((sum, { shape }) => sum + countOf(shape), 0);
  const rows = tensors.map(({ name, dtype, shape }) => [name, dtype, shapeText(shape)]);
  return {
    value: { format: 'safetensors', metadata: file.metadata, tensors },
    text: `safetensors: ${tensors.length} tensors, ${count} elements\n${metadataText(file.metadata)}${table(rows)}`,
  };
}

const signatures = (list: readonly TensorSignature[]) =>
  table(list.map(({ name, dtype, shape }) => [name, dtype ?? 'another type', shapeText(shape)]));

async function onnx(path: string): Promise<Result> {
  const summary = inspectOnnx(await readBytes('inspect', path));
  const { opset, producer, metadata, inputs, outputs, operators, unknownOperators, weights } = summary;
  const count = weights.reduce((sum, { shape }) => sum + countOf(shape), 0);
  const rows = weights.map(({ name, type, shape, isExternal }) => [
    name,
    type,
    shapeText(shape),
    ...(isExternal ? ['in another file'] : []),
  ]);
  const text = [
    `ONNX: opset ${opset}${producer === '' ? '' : `, by ${producer}`}, ${count} weights\n`,
    metadataText(metadata),
    `inputs\n${signatures(inputs)}outputs\n${signatures(outputs)}`,
    `operators\n${table(Object.entries(operators).map(([name, times]) => [name, String(times)]))}`,
    ...(unknownOperators.length > 0 ? [`cannot be run here: ${unknownOperators.join(', ')}\n`] : []),
    `weights\n${table(rows)}`,
  ];
  return { value: { format: 'onnx', ...summary }, text: text.join('') };
}

/** A whole file. @throws CenoteError `INVALID_FILE` when it cannot be read. */
export async function readBytes(op: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CenoteError({
      code: 'INVALID_FILE',
      op,
      what: `${path} cannot be read`,
      got: cause instanceof Error ? cause.message : String(cause),
      expected: 'a file that can be read',
      hint: 'Check the path and its permissions',
      cause,
    });
  }
}
