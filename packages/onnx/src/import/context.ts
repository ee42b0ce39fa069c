import { CenoteError, elementCount, formatShape, type Shape } from '@cenote/shape';
import { type Device, fromData, type Tensor } from '@cenote/tensor';
import type { Attributes } from './attributes.js';

/** What an operator gets: the inputs and attributes of one node. */
export interface NodeContext {
  /** The operator, as messages call it. */
  readonly op: string;
  /** The version of ONNX's operators. */
  readonly opset: number;
  readonly attributes: Attributes;
  /** Undefined where an optional one is left out. They stay the caller's. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** How many outputs are wanted. */
  readonly outputs: number;
  /** Where numbers that shapes are made of live: it can be read without waiting. */
  readonly host: Device;
  /** The most elements that a tensor may have. */
  readonly maxElements: number;
  /** An activation to be applied to the result. Only given to operators that are said to take it. */
  readonly activation: 'relu' | 'sigmoid' | 'tanh' | undefined;
}

/** Computes the outputs of a node. They belong to the caller, and what is made on the way to the scope around. */
export type Operator = (context: NodeContext) => Tensor | readonly Tensor[];

/** An input that has to be there. */
export function input(context: NodeContext, index: number): Tensor {
  const tensor = context.inputs.at(index);
  if (tensor) return tensor;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: context.op,
    what: `input ${index} is missing`,
    got: `${context.inputs.length} inputs`,
    expected: 'an input that is not optional',
    hint: 'Correct the model',
  });
}

/** The most numbers that are taken from a tensor as a shape, as axes and the like. */
const mostNumbers = 4096;

/** The elements of an input as numbers, such as a shape; undefined when it is left out. */
export function numbers(context: NodeContext, index: number): readonly number[] | undefined {
  const tensor = context.inputs.at(index);
  if (!tensor) return undefined;
  if (tensor.dtype !== 'i64' && tensor.dtype !== 'i32') {
    throw new CenoteError({
      code: 'INVALID_DTYPE',
      op: context.op,
      what: `input ${index} is not of whole numbers`,
      got: tensor.dtype,
      expected: 'i64 or i32',
      hint: 'Correct the model',
    });
  }
  if (tensor.size > mostNumbers) throw sizeError(context, tensor.shape, `at most ${mostNumbers} numbers`);
  return Array.from(tensor.dataSync(), Number);
}

/** As {@link numbers}, for an input that has to be there. */
export function requiredNumbers(context: NodeContext, index: number): readonly number[] {
  input(context, index);
  return numbers(context, index) ?? [];
}

/** Throws unless a tensor of this shape may be made. @returns The shape. */
export function fitting(context: NodeContext, shape: Shape): Shape {
  if (elementCount(shape) <= context.maxElements) return shape;
  throw sizeError(context, shape, `at most ${context.maxElements} elements`);
}

function sizeError({ op }: NodeContext, shape: Shape, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'a tensor that is too large',
    got: formatShape(shape),
    expected,
    hint: 'Check that the model is what it should be; raise maxElements if it is',
  });
}

/** Tensors on one device: numbers that shapes are made of go where the others are. */
export function together(context: NodeContext, tensors: readonly Tensor[]): readonly Tensor[] {
  const device = tensors.find((tensor) => tensor.device !== context.host)?.device ?? context.host;
  return tensors.map((tensor) => onDevice(tensor, device));
}

/** A tensor on this device: itself, or a copy. */
export function onDevice(tensor: Tensor, device: Device): Tensor {
  if (tensor.device === device) return tensor;
  const { shape, dtype } = tensor;
  return fromData(tensor.dataSync(), shape, { dtype, device });
}

/** Something in a node that is not supported. */
export function unsupported({ op }: NodeContext, what: string, got: string, expected: string): CenoteError {
  return new CenoteError({
    code: 'UNSUPPORTED',
    op,
    what,
    got,
    expected,
    hint: 'Run the model with ONNX Runtime, or export it in another way',
  });
}
