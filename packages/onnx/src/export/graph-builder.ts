import { type DType, typedArrayView } from '@cenote/backend';
import type { Shape, Tensor } from '@cenote/tensor';
import { create } from '../proto/codec.js';
import { elementType } from '../proto/element-types.js';
import { type AttributeProto, attributeProto, attributeType, type NodeProto, nodeProto } from '../proto/schema.js';

/** The value of an attribute, with its type in the file. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

/** A tensor of the file: a parameter, or numbers that the exporter made. */
export interface Initializer {
  readonly name: string;
  readonly elementType: number;
  readonly shape: Shape;
  /** Row-major, little-endian. */
  read(): Promise<Uint8Array>;
}

/** Collects the nodes and tensors of a graph that is being written. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers: Initializer[] = [];
  /** Why parts of the model cannot be written, all of them. */
  readonly refusals: string[] = [];
  readonly #opset: { lowest: number; readonly reasons: Map<number, string> };
  readonly #taken = new Set<string>();

  readonly #float: 'f32' | 'f64';

  /** @param float The dtype of the model's parameters, which the exporter's own fractions have too. */
  constructor(lowestOpset: number, float: 'f32' | 'f64') {
    this.#float = float;
    this.#opset = { lowest: lowestOpset, reasons: new Map() };
  }

  /** The first opset in which everything so far exists. */
  get lowestOpset(): number {
    return this.#opset.lowest;
  }

  /** What needs {@link lowestOpset}. */
  get opsetReason(): string | undefined {
    return this.#opset.reasons.get(this.lowestOpset);
  }

  /** Says that something needs an opset. */
  needsOpset(version: number, reason: string): void {
    this.#opset.lowest = Math.max(this.#opset.lowest, version);
    if (!this.#opset.reasons.has(version)) this.#opset.reasons.set(version, reason);
  }

  /** A name for a value that nothing else has. */
  unique(wanted: string): string {
    let name = wanted;
    for (let count = 1; this.#taken.has(name); count++) name = `${wanted}_${count}`;
    this.#taken.add(name);
    return name;
  }

  /** Adds a node. @returns The name of its output. */
  node(
    path: string,
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
  ): string {
    const name = this.unique(path === '' ? opType : `${path}/${opType}`);
    const attribute = Object.entries(attributes).flatMap(([key, value]) => (value ? [attributeOf(key, value)] : []));
    this.nodes.push(create(nodeProto, { input: [...input], output: [name], name, opType, attribute }));
    return name;
  }

  /** Adds a parameter. @returns Its name. */
  parameter(path: string, tensor: Tensor): string {
    const name = this.unique(path);
    const { shape, dtype } = tensor;
    const read = async () => {
      const elements = await tensor.data();
      return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
    };
    this.initializers.push({ name, elementType: elementType[dtype], shape, read });
    return name;
  }

  /** Adds numbers. @returns Their name. */
  constant(path: string, kind: 'float' | 'i64', values: readonly number[], shape: Shape = [values.length]): string {
    const name = this.unique(path);
    const dtype: DType = kind === 'float' ? this.#float : kind;
    const elements = typedArrayView(dtype, new ArrayBuffer(values.length * 8), 0, values.length);
    for (const [index, value] of values.entries()) {
      if (elements instanceof BigInt64Array) elements[index] = BigInt(value);
      else elements[index] = value;
    }
    const bytes = new Uint8Array(elements.buffer, 0, elements.byteLength);
    this.initializers.push({ name, elementType: elementType[dtype], shape, read: async () => bytes });
    return name;
  }
}

const encoder = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function attributeOf(name: string, value: AttributeValue): AttributeProto {
  if ('int' in value) return create(attributeProto, { name, type: attributeType.int, i: BigInt(value.int) });
  if ('ints' in value) return create(attributeProto, { name, type: attributeType.ints, ints: value.ints.map(BigInt) });
  if ('float' in value) return create(attributeProto, { name, type: attributeType.float, f: value.float });
  return create(attributeProto, { name, type: attributeType.string, s: encoder(value.text) });
}
