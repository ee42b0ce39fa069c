import { readContents, signatureOf } from './import/contents.js';
import { unknownOperators } from './import/plan.js';
import { storedShape } from './import/tensors.js';
import { elementTypeName } from './proto/element-types.js';
import { externalLocation } from './proto/schema.js';
import type { TensorSignature } from './signature.js';

/** What {@link inspectOnnx} finds. */
export interface OnnxSummary {
  readonly opset: number;
  /** The version of the file format. */
  readonly irVersion: number;
  /** What wrote the file, as it says itself. */
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** How many nodes there are of each operator. */
  readonly operators: Readonly<Record<string, number>>;
  /** Those that `importOnnx` does not know. */
  readonly unknownOperators: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    /** As ONNX calls it: `float`. */
    readonly type: string;
    readonly shape: readonly number[];
    /** Whether its elements are in another file. */
    readonly isExternal: boolean;
  }[];
}

/**
 * What an ONNX file says: also of a model that cannot be run here.
 *
 * @throws CenoteError `INVALID_FILE` for a file that is damaged or no ONNX model; `UNSUPPORTED` for opsets other than 7 to 25.
 *
 * @example
 * ```ts
 * console.log(inspectOnnx(bytes).operators); // { Conv: 2, Relu: 4, MaxPool: 2, Flatten: 1, Gemm: 3 }
 * ```
 */
export function inspectOnnx(bytes: Uint8Array): OnnxSummary {
  const op = 'inspectOnnx';
  const { file, graph, opset } = readContents(op, bytes);
  const operators = new Map<string, number>();
  for (const { opType } of graph.node) operators.set(opType, (operators.get(opType) ?? 0) + 1);
  const names = new Set(graph.initializer.map(({ name }) => name));
  return {
    opset,
    irVersion: Number(file.irVersion),
    producer: [file.producerName, file.producerVersion].filter((part) => part !== '').join(' '),
    metadata: Object.fromEntries(file.metadataProps.map(({ key, value }) => [key, value])),
    inputs: graph.input.filter(({ name }) => !names.has(name)).map(signatureOf),
    outputs: graph.output.map(signatureOf),
    operators: Object.fromEntries(operators),
    unknownOperators: [...unknownOperators(graph.node).keys()],
    weights: graph.initializer.map((tensor) => ({
      name: tensor.name,
      type: elementTypeName(tensor.dataType),
      shape: storedShape(op, tensor).shape,
      isExternal: tensor.dataLocation === externalLocation,
    })),
  };
}
