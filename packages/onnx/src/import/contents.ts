import { CenoteError } from '@cenote/shape';
import { decode } from '../proto/codec.js';
import { dtypeOf } from '../proto/element-types.js';
import { type GraphProto, type ModelProto, modelProto, type ValueInfo } from '../proto/schema.js';
import type { TensorSignature } from '../signature.js';
import { invalidFile } from './errors.js';

/** The versions of ONNX's operators that are known here. */
const firstOpset = 7;
const lastOpset = 25;

/** What a file says, as far as it can be known without running anything. */
export interface Contents {
  readonly file: ModelProto;
  readonly graph: GraphProto;
  readonly opset: number;
}

/**
 * Reads a file as far as no weights are needed.
 *
 * @throws CenoteError `INVALID_FILE` for what is no ONNX model; `UNSUPPORTED` for other opsets, and sparse weights.
 */
export function readContents(op: string, bytes: Uint8Array): Contents {
  let file: ModelProto;
  try {
    file = decode(modelProto, bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidFile(op, 'not an ONNX model', reason, 'a ModelProto', undefined, cause);
  }
  const { graph } = file;
  const standard = file.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (!graph || !standard) {
    throw invalidFile(
      op,
      'not an ONNX model',
      graph ? 'no opset' : 'no graph',
      'a graph, and the opset of its operators',
    );
  }
  const opset = Number(standard.version);
  if (opset < firstOpset || opset > lastOpset) {
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op,
      what: 'operators of another version',
      got: `opset ${standard.version}`,
      expected: `${firstOpset} to ${lastOpset}`,
      hint: "Convert the model with onnx.version_converter of ONNX's Python package",
    });
  }
  if (graph.output.length === 0) throw invalidFile(op, 'the model has no output', 'none', 'at least one');
  if (graph.sparseInitializer.length > 0) {
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op,
      what: 'sparse weights',
      got: `${graph.sparseInitializer.length} sparse initialisers`,
      expected: 'dense ones',
      hint: 'Convert the model',
    });
  }
  return { file, graph, opset };
}

/** What a file says of an input or output. */
export function signatureOf({ name, type }: ValueInfo): TensorSignature {
  const { elemType, shape } = type?.tensorType ?? { elemType: 0, shape: undefined };
  const sizes = shape?.dim.map(({ dimValue, dimParam }) =>
    dimValue === undefined || dimValue < 0n ? (dimParam ?? null) : Number(dimValue),
  );
  return { name, dtype: dtypeOf(elemType), shape: sizes ?? null };
}
