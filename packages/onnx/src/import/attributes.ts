import { type AttributeProto, attributeType, type TensorProto } from '../proto/schema.js';
import { decodeUtf8 } from '../proto/utf8.js';
import { excerpt, invalidFile } from './errors.js';

/** The attributes of a node, each read as what it has to be. */
export class Attributes {
  readonly #byName: ReadonlyMap<string, AttributeProto>;
  readonly #op: string;

  /** @param op What messages call the node's operator. */
  constructor(op: string, attributes: readonly AttributeProto[]) {
    this.#op = op;
    this.#byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Whether some attribute is a graph, or a reference to an attribute of a function. */
  get isBeyondValues(): boolean {
    return [...this.#byName.values()].some(
      ({ g, graphs, refAttrName }) => g !== undefined || graphs.length > 0 || refAttrName !== '',
    );
  }

  int(name: string, fallback: number): number {
    const attribute = this.#typed(name, 'int');
    return attribute ? Number(attribute.i) : fallback;
  }

  float(name: string, fallback: number): number {
    return this.#typed(name, 'float')?.f ?? fallback;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#typed(name, 'floats')?.floats;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#typed(name, 'ints')?.ints.map(Number);
  }

  tensor(name: string): TensorProto | undefined {
    return this.#typed(name, 'tensor')?.t;
  }

  /** One of some words. */
  word<W extends string>(name: string, fallback: W, words: readonly W[]): W {
    const attribute = this.#typed(name, 'string');
    if (!attribute) return fallback;
    let text: string;
    try {
      text = decodeUtf8(attribute.s);
    } catch {
      text = 'no UTF-8';
    }
    const found = words.find((word) => word === text);
    if (found) return found;
    throw invalidFile(this.#op, `unknown ${name}`, `'${excerpt(text, 40)}'`, words.join(', '), 'Correct the model');
  }

  #typed(name: string, type: keyof typeof attributeType): AttributeProto | undefined {
    const attribute = this.#byName.get(name);
    // The oldest files do not say the type.
    if (!attribute || attribute.type === attributeType[type] || attribute.type === 0) return attribute;
    throw invalidFile(
      this.#op,
      `attribute ${name} has another type`,
      `type ${attribute.type}`,
      `${type} (${attributeType[type]})`,
      'Correct the model',
    );
  }
}
