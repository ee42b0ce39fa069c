import { CenoteError, Tensor } from '@cenote/tensor';
import type {
  GradientNode,
  GradientOrigin,
  PrimitiveCall,
  PrimitiveName,
  Primitives,
  Value,
} from '@cenote/tensor/engine';
import type { Rule, RuleContext, TensorSpec } from './rule.js';
import { rules } from './rules/index.js';

let recorded = 0;

/** A saved value: memory without a handle, and where it came from, so that it can be differentiated through again. */
interface SavedValue {
  readonly value: Value;
  readonly origin: GradientOrigin | null;
}

/** One recorded operation: what it saved for its gradient, and edges to where its inputs came from. */
export class Node<N extends PrimitiveName = PrimitiveName> implements GradientNode {
  readonly name: N;
  /** Later operations have greater numbers: descending order is an order in which gradients can be computed. */
  readonly sequence = recorded++;
  /** Where each input came from; null where no gradient is needed. */
  readonly edges: readonly (GradientOrigin | null)[];
  readonly outputSpecs: readonly TensorSpec[];
  readonly #attributes: Primitives[N];
  readonly #inputSpecs: readonly TensorSpec[];
  readonly #inputs: (SavedValue | null)[];
  readonly #outputs: (SavedValue | null)[];
  #references = 0;
  #freed = false;

  constructor(call: PrimitiveCall<N>) {
    this.name = call.name;
    this.#attributes = call.attributes;
    this.#inputSpecs = call.inputs.map(({ shape, dtype }) => ({ shape, dtype }));
    this.outputSpecs = call.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
    this.edges = call.inputs.map(({ origin }) => origin);
    for (const edge of this.edges) if (edge?.kind === 'node') edge.node.retain();
    const needs = this.edges.map((edge) => edge !== null);
    const { inputs = [], outputs = [] } = this.#rule.saves?.(call.attributes, needs) ?? {};
    this.#inputs = call.inputs.map((input, position) => (inputs.includes(position) ? save(input, input.origin) : null));
    // An output's origin is this node itself: it is put back when the output is lent, so that nothing retains itself.
    this.#outputs = call.outputs.map((output, position) => (outputs.includes(position) ? save(output, null) : null));
  }

  get #rule(): Rule<N> {
    return rules[this.name];
  }

  retain(): void {
    this.#references++;
  }

  /** The last release frees what was saved, and lets go of the nodes before. Iterative, because graphs are deep. */
  release(): void {
    if (--this.#references > 0) return;
    const dead: Node[] = [this];
    for (let node = dead.pop(); node; node = dead.pop()) {
      node.free();
      for (const edge of node.edges) {
        if (edge?.kind !== 'node' || !isNode(edge.node)) continue;
        if (--edge.node.#references === 0) dead.push(edge.node);
      }
    }
  }

  /** Frees what was saved: the gradient cannot be computed any more. */
  free(): void {
    this.#freed = true;
    for (const list of [this.#inputs, this.#outputs]) {
      for (const [position, saved] of list.entries()) {
        saved?.value.storage.release();
        list[position] = null;
      }
    }
  }

  /**
   * The gradients with respect to the inputs. They belong to the caller.
   *
   * @param gradient With respect to the first output; lent.
   * @param createGraph Whether the result shall be differentiable.
   * @throws CenoteError `NOT_DIFFERENTIABLE` after {@link free}, or when a second derivative is asked for that does not exist.
   */
  gradients(op: string, gradient: Tensor, needs: readonly boolean[], createGraph: boolean): (Tensor | null)[] {
    if (this.#freed) {
      throw new CenoteError({
        code: 'NOT_DIFFERENTIABLE',
        op,
        what: 'the graph was freed by an earlier pass',
        got: `a second pass through ${this.name}`,
        expected: 'one pass',
        hint: 'Pass retainGraph: true to the first one',
      });
    }
    const refusal = this.#rule.refuses?.(this.#attributes, createGraph) ?? null;
    if (refusal !== null) {
      throw new CenoteError({
        code: 'NOT_DIFFERENTIABLE',
        op,
        what: `${this.name} cannot be differentiated ${createGraph ? 'with createGraph' : 'here'}`,
        got: `a gradient through it`,
        expected: refusal,
        hint: 'Differentiate once only, or compose the operation from others',
      });
    }
    const context: RuleContext<N> = {
      attributes: this.#attributes,
      inputSpecs: this.#inputSpecs,
      needs,
      gradient,
      input: (position) => this.#lend(this.#inputs[position], null),
      output: (position) => this.#lend(this.#outputs[position], position),
    };
    return [...this.#rule.gradients(context)].map((result, position) => (needs[position] ? result : null));
  }

  #lend(saved: SavedValue | null, output: number | null): Tensor {
    if (!saved) throw new Error(`${this.name}: its rule reads a value that it does not save`);
    const origin: GradientOrigin | null = output === 0 ? { kind: 'node', node: this } : saved.origin;
    if (origin?.kind === 'node') origin.node.retain();
    return new Tensor({ ...saved.value, storage: saved.value.storage.retain() }, origin);
  }
}

/** Whether a node is one of this copy of the package. */
export function isNode(node: GradientNode): node is Node {
  return node instanceof Node;
}

function save(tensor: Tensor, origin: GradientOrigin | null): SavedValue {
  const value = tensor.value('record');
  return { value: { ...value, storage: value.storage.retain() }, origin };
}
