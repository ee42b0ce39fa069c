import protobuf from 'protobufjs';

/** What is needed of ONNX's file format (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose numbers these are). */
const schema = `
syntax = "proto3";
message AttributeProto { string name = 1; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message NodeProto { repeated string input = 1; repeated string output = 2; string op_type = 4; repeated AttributeProto attribute = 5; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Dimension { int64 dim_value = 1; }
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TypeProto { TensorTypeProto tensor_type = 1; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
`;
const modelType = protobuf.parse(schema, { keepCase: true }).root.lookupType('ModelProto');

/** Of TensorProto.DataType and AttributeProto.AttributeType. */
const code = { float: 1, int: 2, ints: 7 };

/** One operation of a graph. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A graph of f32 tensors. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
  readonly output: { readonly name: string; readonly shape: readonly number[] };
}

/** A model file with the graph. */
export function onnxModel({ nodes, inputs, constants = {}, output }: OnnxGraph): Uint8Array {
  const valueInfo = (name: string, shape: readonly number[]) => ({
    name,
    type: { tensor_type: { elem_type: code.float, shape: { dim: shape.map((size) => ({ dim_value: size })) } } },
  });
  const model = {
    ir_version: 8,
    opset_import: [{ domain: '', version: 17 }],
    graph: {
      name: 'bench',
      node: nodes.map(({ op, inputs, output, attributes = {} }) => ({
        op_type: op,
        input: inputs,
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) =>
          typeof value === 'number' ? { name, i: value, type: code.int } : { name, ints: value, type: code.ints },
        ),
      })),
      initializer: Object.entries(constants).map(([name, { shape, data }]) => ({
        name,
        dims: shape,
        data_type: code.float,
        raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      input: Object.entries(inputs).map(([name, shape]) => valueInfo(name, shape)),
      output: [valueInfo(output.name, output.shape)],
    },
  };
  return modelType.encode(modelType.fromObject(model)).finish();
}
