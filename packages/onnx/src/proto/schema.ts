import { type MessageOf, message, messages, optional, repeated, single } from './codec.js';

// The messages of ONNX's files, as far as they are used here, with the numbers of their fields:
// https://github.com/onnx/onnx/blob/main/docs/IR.md and https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
// Fields that are not listed are skipped when they are read. Nothing here contains itself.

/** `StringStringEntryProto`: a key and its value. */
export const stringEntry = { key: single('string', 1), value: single('string', 2) };

/** `TensorProto`: constants and weights. Elements are in `rawData`, in the list of their type, or in a file beside the model. */
export const tensorProto = {
  dims: repeated('int64', 1),
  dataType: single('int32', 2),
  segment: optional('bytes', 3),
  floatData: repeated('float', 4),
  int32Data: repeated('int32', 5),
  stringData: repeated('bytes', 6),
  int64Data: repeated('int64', 7),
  name: single('string', 8),
  rawData: optional('bytes', 9),
  doubleData: repeated('double', 10),
  uint64Data: repeated('int64', 11),
  externalData: messages(stringEntry, 13),
  dataLocation: single('int32', 14),
};
export type TensorProto = MessageOf<typeof tensorProto>;

/** `AttributeProto`: a named setting of a node; `type` says which of the fields holds it. */
export const attributeProto = {
  name: single('string', 1),
  f: single('float', 2),
  i: single('int64', 3),
  s: single('bytes', 4),
  t: message(tensorProto, 5),
  /** A graph inside, of which it is enough to know that it is there. */
  g: optional('bytes', 6),
  floats: repeated('float', 7),
  ints: repeated('int64', 8),
  strings: repeated('bytes', 9),
  graphs: repeated('bytes', 11),
  type: single('int32', 20),
  refAttrName: single('string', 21),
};
export type AttributeProto = MessageOf<typeof attributeProto>;

/** `NodeProto`: a call of an operator. Its inputs and outputs are names of values; an empty one is left out. */
export const nodeProto = {
  input: repeated('string', 1),
  output: repeated('string', 2),
  name: single('string', 3),
  opType: single('string', 4),
  attribute: messages(attributeProto, 5),
  domain: single('string', 7),
};
export type NodeProto = MessageOf<typeof nodeProto>;

const dimension = { dimValue: optional('int64', 1), dimParam: optional('string', 2) };
const shapeProto = { dim: messages(dimension, 1) };
const tensorType = { elemType: single('int32', 1), shape: message(shapeProto, 2) };
/** Sequences, maps and the like are not listed: their `tensorType` is not there. */
const typeProto = { tensorType: message(tensorType, 1) };

/** `ValueInfoProto`: the name of a value, the type of its elements, and its shape as far as it is known. */
export const valueInfo = { name: single('string', 1), type: message(typeProto, 2) };
export type ValueInfo = MessageOf<typeof valueInfo>;

/** `GraphProto`: nodes in an order in which they can run, and the constants among their inputs (`initializer`). */
export const graphProto = {
  node: messages(nodeProto, 1),
  name: single('string', 2),
  initializer: messages(tensorProto, 5),
  input: messages(valueInfo, 11),
  output: messages(valueInfo, 12),
  sparseInitializer: repeated('bytes', 15),
};
export type GraphProto = MessageOf<typeof graphProto>;

/** `OperatorSetIdProto`: the version of the operators of a domain. */
export const operatorSet = { domain: single('string', 1), version: single('int64', 2) };

/** `ModelProto`: a whole file. */
export const modelProto = {
  irVersion: single('int64', 1),
  producerName: single('string', 2),
  producerVersion: single('string', 3),
  graph: message(graphProto, 7),
  opsetImport: messages(operatorSet, 8),
  metadataProps: messages(stringEntry, 14),
  /** Functions that a model defines itself. */
  functions: repeated('bytes', 25),
};
export type ModelProto = MessageOf<typeof modelProto>;

/** `AttributeProto.AttributeType`. */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  graphs: 10,
};

/** `TensorProto.DataLocation`. */
export const externalLocation = 1;
