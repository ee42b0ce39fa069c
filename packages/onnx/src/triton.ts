import type { DType } from '@cenote/backend';
import { CenoteError } from '@cenote/shape';
import type { OnnxExport } from './export/export-onnx.js';
import type { TensorSignature } from './signature.js';

/** Options of {@link tritonRepository}. */
export interface TritonOptions {
  /** What the server calls the model; its folder has this name. */
  readonly name: string;
  /** The version of the model, from 1 on. Default: 1. */
  readonly version?: number;
  /** How many inputs the server may put into one batch, when batches can be of any size. Default: 64. */
  readonly maxBatchSize?: number;
}

/** `model_config.proto` of Triton's `common` repository, `DataType`. */
const types: { readonly [D in DType]: string } = {
  f32: 'TYPE_FP32',
  f64: 'TYPE_FP64',
  i32: 'TYPE_INT32',
  i64: 'TYPE_INT64',
  u8: 'TYPE_UINT8',
  i8: 'TYPE_INT8',
  bool: 'TYPE_BOOL',
};

/**
 * The files of a model repository for NVIDIA's Triton Inference Server, which computes the model with ONNX Runtime
 * (https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_repository.md): `config.pbtxt`, the model,
 * and its weights where they are in a file of their own.
 *
 * A batch of any size is the server's to make: it collects requests into batches of at most `maxBatchSize`.
 *
 * @param exported What `exportOnnx` gave.
 * @returns Contents by path within the repository, with `/`.
 * @throws CenoteError `INVALID_ARGUMENT` for a name, version or batch size that cannot be used.
 *
 * @example
 * ```ts
 * const files = tritonRepository(await exportOnnx(model, { inputShape: [null, 1, 28, 28] }), { name: 'lenet5' });
 * console.log(Object.keys(files)); // ['lenet5/config.pbtxt', 'lenet5/1/model.onnx']
 * ```
 */
export function tritonRepository(
  exported: OnnxExport,
  { name, version = 1, maxBatchSize = 64 }: TritonOptions,
): Record<string, Uint8Array | string> {
  check(/^[A-Za-z0-9][\w.-]*$/.test(name), 'name', `'${name}'`, 'letters, digits, and . _ - between them');
  check(Number.isSafeInteger(version) && version >= 1, 'version', String(version), 'a whole number from 1 on');
  check(
    Number.isSafeInteger(maxBatchSize) && maxBatchSize >= 1,
    'maxBatchSize',
    String(maxBatchSize),
    'a whole number from 1 on',
  );
  const { bytes, externalData, input, output } = exported;
  const isBatched = [input, output].every(({ shape }) => shape?.at(0) === 'batch');
  const config = [
    `name: "${name}"`,
    'backend: "onnxruntime"',
    `max_batch_size: ${isBatched ? maxBatchSize : 0}`,
    `input [\n${tensorConfig(input, isBatched)}\n]`,
    `output [\n${tensorConfig(output, isBatched)}\n]`,
    ...(isBatched ? ['dynamic_batching { }'] : []),
    '',
  ];
  return {
    [`${name}/config.pbtxt`]: config.join('\n'),
    [`${name}/${version}/model.onnx`]: bytes,
    ...(externalData && { [`${name}/${version}/${externalData.location}`]: externalData.bytes }),
  };
}

function tensorConfig({ name, dtype = 'f32', shape }: TensorSignature, isBatched: boolean): string {
  const sizes = (shape ?? []).slice(isBatched ? 1 : 0).map((size) => (typeof size === 'number' ? size : -1));
  return [
    '  {',
    // Text in protobuf's text format is quoted as in JSON, where it is not exotic.
    `    name: ${JSON.stringify(name)}`,
    `    data_type: ${types[dtype]}`,
    `    dims: [ ${sizes.join(', ')} ]`,
    '  }',
  ].join('\n');
}

function check(holds: boolean, option: string, got: string, expected: string): void {
  if (holds) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'tritonRepository',
    what: `${option} cannot be used`,
    got,
    expected,
    hint: `Correct ${option}`,
  });
}
