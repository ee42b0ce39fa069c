import { exportOnnx } from '@cenote/onnx';
import { exportOnnxFile, importOnnxFile, writeTritonRepository } from '@cenote/onnx/node';
import { openSafetensorsFile, saveSafetensorsFile } from '@cenote/safetensors/node';
import { nn } from 'cenote';
import { kindOf, type Result, usageError } from './result.js';

/** The networks that weights can be of. A safetensors file has weights only, and does not say what is done with them. */
export const architectures: Readonly<Record<string, () => nn.Module>> = {
  lenet5: () => nn.lenet5(),
  'lenet5-d2l': () => nn.lenet5({ variant: 'd2l' }),
};

/** Options of {@link convert}. */
export interface ConvertOptions {
  readonly model?: string;
  readonly opset?: number;
  readonly externalData?: string;
  readonly triton?: string;
}

/** Writes the weights or the model of a file in another format. */
export async function convert(from: string, to: string, options: ConvertOptions): Promise<Result> {
  const source = kindOf('convert', from, ['onnx', 'safetensors']);
  if (options.triton !== undefined) return written(await toTriton(from, to, options.triton, options));
  const target = kindOf('convert', to, ['safetensors', 'onnx']);
  if (target === 'safetensors') return written(await (source === 'onnx' ? weightsOf(from, to) : copied(from, to)));
  using model = await withWeights(from, options);
  const { externalData } = await exportOnnxFile(to, model, exporting(options));
  return written([to, ...(externalData ? [externalData.location] : [])]);
}

const exporting = ({ opset, externalData }: ConvertOptions) => ({ inputShape: [null, 1, 28, 28], opset, externalData });

const written = (paths: readonly string[]): Result => ({
  value: { written: paths },
  text: paths.map((path) => `${path}\n`).join(''),
});

/** The weights of an ONNX model, by their names in it. */
async function weightsOf(from: string, to: string): Promise<readonly string[]> {
  using model = await importOnnxFile(from);
  await saveSafetensorsFile(to, model.stateDict(), { metadata: model.metadata });
  return [to];
}

/** The same tensors; those of half precision become f32. */
async function copied(from: string, to: string): Promise<readonly string[]> {
  await using file = await openSafetensorsFile(from);
  await saveSafetensorsFile(to, await file.stateDict(), { metadata: file.metadata });
  return [to];
}

async function toTriton(
  from: string,
  folder: string,
  name: string,
  options: ConvertOptions,
): Promise<readonly string[]> {
  using model = await withWeights(from, options);
  return writeTritonRepository(folder, await exportOnnx(model, exporting(options)), { name });
}

/** A network with the weights of a file. */
async function withWeights(path: string, { model: name }: ConvertOptions): Promise<nn.Module> {
  const make = name === undefined ? undefined : architectures[name];
  if (kindOf('convert', path, ['onnx', 'safetensors']) !== 'safetensors' || !make) {
    throw usageError(
      'convert',
      'a model is written from weights and the network that they are of',
      `${path}${name === undefined ? ', and no --model' : ` for ${name}`}`,
      `a .safetensors file, and --model ${Object.keys(architectures).join(' or ')}`,
    );
  }
  await using file = await openSafetensorsFile(path);
  const model = make();
  const state = await file.stateDict();
  model.loadStateDict(state);
  for (const tensor of Object.values(state)) tensor.dispose();
  return model;
}
