import { performance } from 'node:perf_hooks';
import type { OnnxModel, TensorSignature } from '@cenote/onnx';
import { importOnnxFile } from '@cenote/onnx/node';
import { openSafetensorsFile, saveSafetensorsFile } from '@cenote/safetensors/node';
import { type Generator, generator, rand, randint, type Tensor, zeros } from 'cenote';
import { kindOf, type Result, shapeText, table } from './result.js';

/** Options of {@link runModel}. */
export interface RunOptions {
  readonly inputs?: string;
  readonly output?: string;
  readonly batch: number;
  readonly seed: number;
}

/** Computes the outputs of a model. */
export async function runModel(path: string, options: RunOptions): Promise<Result> {
  kindOf('run', path, ['onnx']);
  if (options.inputs !== undefined) kindOf('run', options.inputs, ['safetensors']);
  if (options.output !== undefined) kindOf('run', options.output, ['safetensors']);
  using model = await importOnnxFile(path);
  const inputs = options.inputs === undefined ? randomInputs(model, options) : await readInputs(model, options.inputs);
  const start = performance.now();
  const results = model.run(inputs);
  const outputs = [];
  for (const [name, y] of Object.entries(results)) outputs.push(await describe(name, y));
  const milliseconds = performance.now() - start;
  if (options.output !== undefined) await saveSafetensorsFile(options.output, results);
  const rows = outputs.map(({ name, dtype, shape, least, most, mean, largestAt }) => [
    name,
    dtype,
    shapeText(shape),
    `${short(least)} to ${short(most)}`,
    `mean ${short(mean)}`,
    ...(largestAt ? [`largest at ${largestAt.slice(0, 20).join(' ')}${largestAt.length > 20 ? ' …' : ''}`] : []),
  ]);
  return {
    value: {
      inputs: Object.entries(inputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
      outputs,
      milliseconds,
    },
    text: `computed in ${milliseconds.toFixed(1)} ms\n${table(rows)}${options.output === undefined ? '' : `written to ${options.output}\n`}`,
  };
}

const short = (value: number | null) => (value === null ? 'nothing' : String(Number(value.toPrecision(6))));

async function readInputs(model: OnnxModel, path: string): Promise<Record<string, Tensor>> {
  await using file = await openSafetensorsFile(path);
  return file.stateDict({ names: model.inputs.map(({ name }) => name) });
}

/** Numbers from 0 to 1; whole numbers are 0 and 1. */
function randomInputs(model: OnnxModel, { batch, seed }: RunOptions): Record<string, Tensor> {
  const source = generator(seed);
  return Object.fromEntries(model.inputs.map((input) => [input.name, randomInput(input, batch, source)]));
}

function randomInput({ dtype = 'f32', shape }: TensorSignature, batch: number, source: Generator): Tensor {
  const sizes = (shape ?? []).map((size) => (typeof size === 'number' ? size : batch));
  if (dtype === 'f32' || dtype === 'f64') return rand(sizes, { dtype, generator: source });
  return dtype === 'bool' ? zeros(sizes, { dtype }) : randint(0, 2, sizes, { dtype, generator: source });
}

async function describe(name: string, y: Tensor) {
  const values = Array.from(await y.data(), Number);
  const least = values.length === 0 ? null : values.reduce((a, b) => Math.min(a, b));
  const most = values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
  const mean = values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length;
  const [, columns = 0] = y.shape;
  // What a classifier says: the position of the largest number of each row.
  const rows = y.rank === 2 && columns > 0 ? Array.from({ length: y.shape[0] }, (_, row) => row) : null;
  const largestAt = rows?.map((row) => {
    const part = values.slice(row * columns, (row + 1) * columns);
    return part.indexOf(part.reduce((a, b) => Math.max(a, b)));
  });
  return { name, dtype: y.dtype, shape: y.shape, least, most, mean, largestAt };
}
