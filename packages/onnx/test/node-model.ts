import type { Tensor } from '@cenote/tensor';
import { create, encode } from '../src/proto/codec.js';
import { elementType } from '../src/proto/element-types.js';
import {
  type AttributeProto,
  attributeProto,
  attributeType,
  graphProto,
  modelProto,
  type NodeProto,
  nodeProto,
  operatorSet,
  type TensorProto,
  tensorProto,
  type ValueInfo,
  valueInfo,
} from '../src/proto/schema.js';

/** Whole numbers, fractions that say so, text, or lists of numbers: the attribute's type is told by them. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: Tensor };

export function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return create(attributeProto, { name, type: attributeType.int, i: BigInt(value) });
  if (typeof value === 'string')
    return create(attributeProto, { name, type: attributeType.string, s: Buffer.from(value) });
  if ('tensor' in value)
    return create(attributeProto, { name, type: attributeType.tensor, t: initializer('', value.tensor) });
  if ('float' in value) return create(attributeProto, { name, type: attributeType.float, f: value.float });
  if ('floats' in value) return create(attributeProto, { name, type: attributeType.floats, floats: [...value.floats] });
  return create(attributeProto, { name, type: attributeType.ints, ints: value.map(BigInt) });
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): NodeProto {
  return create(nodeProto, {
    opType,
    input: [...input],
    output: [...output],
    name: `the ${opType}`,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

export function initializer(name: string, x: Tensor): TensorProto {
  const elements = x.dataSync();
  return create(tensorProto, {
    name,
    dims: x.shape.map(BigInt),
    dataType: elementType[x.dtype],
    rawData: new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength),
  });
}

export function info(name: string, dtype: Tensor['dtype'], shape?: readonly (number | string)[]): ValueInfo {
  const dim = shape?.map((size) => ({
    dimValue: typeof size === 'number' ? BigInt(size) : undefined,
    dimParam: typeof size === 'string' ? size : undefined,
  }));
  return create(valueInfo, { name, type: { tensorType: { elemType: elementType[dtype], shape: dim && { dim } } } });
}

export interface Graph {
  readonly nodes: readonly NodeProto[];
  readonly inputs?: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers?: readonly TensorProto[];
  readonly opset?: number;
}

/** A model file with this graph. */
export function modelOf({ nodes, inputs = [], outputs, initializers = [], opset = 17 }: Graph): Uint8Array {
  return encode(
    modelProto,
    create(modelProto, {
      irVersion: opset < 19 ? 8n : opset < 21 ? 9n : 10n,
      opsetImport: [create(operatorSet, { version: BigInt(opset) })],
      graph: create(graphProto, {
        name: 'test',
        node: [...nodes],
        input: [...inputs],
        output: [...outputs],
        initializer: [...initializers],
      }),
    }),
  );
}
