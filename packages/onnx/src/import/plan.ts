import { CenoteError } from '@cenote/shape';
import type { GraphProto, NodeProto } from '../proto/schema.js';
import { Attributes } from './attributes.js';
import type { NodeContext, Operator } from './context.js';
import { excerpt, invalidFile } from './errors.js';
import { operatorOf } from './operators.js';
import { takesActivation } from './ops/products.js';

/** One node, ready to be run. */
export interface Step {
  /** What messages call it. */
  readonly label: string;
  readonly op: string;
  readonly operator: Operator;
  readonly attributes: Attributes;
  /** Names of values; `''` where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly activation: NodeContext['activation'];
  /** Values that nothing needs after this step. */
  readonly last: readonly string[];
}

/**
 * The nodes that the outputs need, each after what it needs itself.
 *
 * @param known The values that are there at the beginning: inputs and initialisers.
 * @throws CenoteError `INVALID_FILE` for values that come from nowhere, from two nodes, or from themselves; `UNSUPPORTED` with all operators
 * that there are none for here.
 */
export function planGraph(op: string, graph: GraphProto, known: ReadonlySet<string>): Step[] {
  const makers = findMakers(op, graph, known);
  const nodes = inOrder(op, graph, known, makers);
  assertSupported(op, nodes);
  const wanted = new Set(graph.output.map(({ name }) => name));
  const steps = fused(nodes, wanted).map(({ node, activation, outputs }) => stepOf(node, activation, outputs));
  return withLastUses(steps, wanted, known);
}

const nameOf = (node: NodeProto): string => excerpt(node.name || node.output.find((name) => name !== '') || '', 40);
const labelOf = (node: NodeProto): string => `node '${nameOf(node)}'`;

function findMakers(op: string, graph: GraphProto, known: ReadonlySet<string>): ReadonlyMap<string, NodeProto> {
  const makers = new Map<string, NodeProto>();
  for (const node of graph.node) {
    for (const name of node.output) {
      if (name === '') continue;
      if (makers.has(name) || known.has(name)) {
        throw invalidFile(op, 'a value is made twice', `'${excerpt(name, 40)}' by ${labelOf(node)}`, 'each value once');
      }
      makers.set(name, node);
    }
  }
  return makers;
}

/** Depth first, without recursion: a graph may be as deep as it likes. */
function inOrder(
  op: string,
  graph: GraphProto,
  known: ReadonlySet<string>,
  makers: ReadonlyMap<string, NodeProto>,
): NodeProto[] {
  const state = new Map<NodeProto, 'open' | 'done'>();
  const ordered: NodeProto[] = [];
  const missing = (name: string, by: string) =>
    invalidFile(
      op,
      'a value comes from nowhere',
      `'${excerpt(name, 40)}', for ${by}`,
      'an input, an initialiser or the output of a node',
    );
  const stack: { readonly node: NodeProto; next: number }[] = [];
  const visit = (name: string, by: string) => {
    if (name === '' || known.has(name)) return;
    const node = makers.get(name);
    if (!node) throw missing(name, by);
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      throw invalidFile(op, 'a value needs itself', `'${excerpt(name, 40)}', for ${by}`, 'a graph without cycles');
    }
    state.set(node, 'open');
    stack.push({ node, next: 0 });
  };
  for (const { name } of graph.output) {
    if (name === '') throw missing(name, 'an output');
    visit(name, 'an output');
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next < top.node.input.length) {
        visit(top.node.input[top.next++], labelOf(top.node));
      } else {
        stack.pop();
        state.set(top.node, 'done');
        ordered.push(top.node);
      }
    }
  }
  return ordered;
}

/** As messages list an operator of which there is none here. */
function unknownOperator(node: NodeProto): string | undefined {
  const isStandard = node.domain === '' || node.domain === 'ai.onnx';
  const name = excerpt(isStandard ? node.opType : `${node.domain}.${node.opType}`, 60);
  if (!isStandard || !(operatorOf(node.opType) || node.opType === 'Constant')) return name;
  return new Attributes('', node.attribute).isBeyondValues ? `${name} with a graph inside` : undefined;
}

/** The operators that there are none for here, and how often each occurs. */
export function unknownOperators(nodes: readonly NodeProto[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const name = unknownOperator(node);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function assertSupported(op: string, nodes: readonly NodeProto[]): void {
  const counts = unknownOperators(nodes);
  if (counts.size === 0) return;
  const list = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  throw new CenoteError({
    code: 'UNSUPPORTED',
    op,
    what: `the model has ${counts.size === 1 ? 'an operator that is' : `${counts.size} operators that are`} not known here`,
    got: excerpt(list.join(', '), 1000),
    expected: 'operators that supportedOperators lists',
    hint: 'Run the model with ONNX Runtime, or export it without them',
  });
}

interface Planned {
  readonly node: NodeProto;
  readonly activation: NodeContext['activation'];
  readonly outputs: readonly string[];
}

const activations: ReadonlyMap<string, NodeContext['activation']> = new Map([
  ['Relu', 'relu'],
  ['Sigmoid', 'sigmoid'],
  ['Tanh', 'tanh'],
]);

/** An activation becomes part of the one node before it, where nothing else needs that node's output. */
function fused(nodes: readonly NodeProto[], wanted: ReadonlySet<string>): Planned[] {
  const uses = new Map<string, NodeProto[]>();
  for (const node of nodes) for (const name of node.input) uses.set(name, [...(uses.get(name) ?? []), node]);
  const swallowed = new Set<NodeProto>();
  const planned: Planned[] = [];
  for (const node of nodes) {
    if (swallowed.has(node)) continue;
    const [output] = node.output;
    const users = uses.get(output) ?? [];
    const activation = activations.get(users.at(0)?.opType ?? '');
    if (takesActivation.has(node.opType) && activation && users.length === 1 && !wanted.has(output)) {
      swallowed.add(users[0]);
      planned.push({ node, activation, outputs: users[0].output });
    } else {
      planned.push({ node, activation: undefined, outputs: node.output });
    }
  }
  return planned;
}

function stepOf(
  node: NodeProto,
  activation: NodeContext['activation'],
  outputs: readonly string[],
): Omit<Step, 'last'> {
  const operator = operatorOf(node.opType);
  if (!operator) throw new Error(`${node.opType} was checked`);
  return {
    label: labelOf(node),
    op: node.opType,
    operator,
    attributes: new Attributes(node.opType, node.attribute),
    inputs: node.input,
    outputs,
    activation,
  };
}

function withLastUses(
  steps: readonly Omit<Step, 'last'>[],
  wanted: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Step[] {
  const later = new Set([...wanted, ...known]);
  return [...steps]
    .reverse()
    .map((step) => {
      const last = [...new Set([...step.inputs, ...step.outputs])].filter((name) => name !== '' && !later.has(name));
      for (const name of last) later.add(name);
      return { ...step, last };
    })
    .reverse();
}
