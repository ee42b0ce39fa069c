import { add, CenoteError, formatShape, onesLike, scope, type Tensor } from '@cenote/tensor';
import { type GradientCell, sameShape, withGradMode } from '@cenote/tensor/engine';
import { isNode, Node } from './node.js';

/** Where a gradient is wanted: at a leaf, or at the result of a recorded operation. */
export type Destination = GradientCell | Node;

/** What {@link propagate} is asked to do. */
export interface Request {
  /** The operation as the user called it, for messages. */
  readonly op: string;
  /** What is differentiated. */
  readonly outputs: readonly Tensor[];
  /** Gradients with respect to them; undefined for ones, where there is one element. */
  readonly gradients: readonly (Tensor | undefined)[];
  /** Where gradients are wanted; null for every leaf. */
  readonly wanted: ReadonlySet<Destination> | null;
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
}

/** A gradient that arrived. */
export type Arrival = readonly [Destination, Tensor];

/**
 * Takes gradients from the outputs back through the recorded operations, in descending order of their sequence, and
 * returns what arrived where it is wanted. The results belong to the caller; everything else is freed on the way.
 */
export function propagate(request: Request): readonly Arrival[] {
  const { op, outputs, gradients, wanted, retainGraph, createGraph } = request;
  const starts = outputs.map((output) => destinationOf(op, output));
  return withGradMode(createGraph, () =>
    scope(() => {
      const nodes = reachable(starts);
      const leads = leadsTo(nodes, wanted);
      const arrived = new Map<Destination, Tensor>();
      const arrive = (destination: Destination, gradient: Tensor) => {
        const before = arrived.get(destination);
        arrived.set(destination, before ? sumOf(before, gradient) : gradient);
      };
      for (const [index, start] of starts.entries()) {
        arrive(start, firstGradient(op, outputs[index], gradients[index]));
      }
      for (const node of nodes) {
        const gradient = arrived.get(node);
        if (!gradient || !leads.has(node)) continue;
        const needs = node.edges.map((edge) => edge !== null && isNeeded(edgeDestination(edge), leads, wanted));
        const results = scope(() => distinct(node.gradients(op, gradient, needs, createGraph), gradient));
        for (const [position, edge] of node.edges.entries()) {
          const result = results[position];
          if (edge && result) arrive(edgeDestination(edge), result);
        }
        if (!wanted?.has(node)) {
          arrived.delete(node);
          gradient.dispose();
        }
        if (!retainGraph) node.free();
      }
      return [...arrived].filter(([destination]) =>
        wanted ? wanted.has(destination) : !(destination instanceof Node),
      );
    }),
  );
}

/**
 * Where the gradient of a tensor arrives.
 *
 * @throws CenoteError `NOT_DIFFERENTIABLE` when it takes no part in differentiation.
 */
export function destinationOf(op: string, tensor: Tensor): Destination {
  const { origin } = tensor;
  if (origin) return edgeDestination(origin);
  throw new CenoteError({
    code: 'NOT_DIFFERENTIABLE',
    op,
    what: 'nothing was recorded for this tensor',
    got: `a tensor of shape ${formatShape(tensor.shape)} with requiresGrad = false`,
    expected: 'one that was computed from a tensor with requiresGrad = true',
    hint: 'Set requiresGrad on the leaves, and compute outside of noGrad',
  });
}

function edgeDestination(edge: NonNullable<Tensor['origin']>): Destination {
  if (edge.kind === 'leaf') return edge;
  if (isNode(edge.node)) return edge.node;
  throw new CenoteError({
    code: 'NOT_DIFFERENTIABLE',
    op: 'backward',
    what: 'the graph was recorded by another copy of @cenote/autograd',
    got: 'a foreign node',
    expected: 'one copy of the package',
    hint: 'Deduplicate @cenote/autograd in your dependencies',
  });
}

/** All nodes that the starts were computed by, latest first. */
function reachable(starts: readonly Destination[]): Node[] {
  const seen = new Set<Node>();
  const open = starts.filter((start) => start instanceof Node);
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const edge of node.edges) {
      if (!edge) continue;
      const before = edgeDestination(edge);
      if (before instanceof Node && !seen.has(before)) open.push(before);
    }
  }
  return [...seen].sort((a, b) => b.sequence - a.sequence);
}

/** The nodes that a gradient has to pass through to reach something wanted. */
function leadsTo(nodes: readonly Node[], wanted: ReadonlySet<Destination> | null): ReadonlySet<Node> {
  const leads = new Set<Node>();
  for (const node of [...nodes].reverse()) {
    if (node.edges.some((edge) => edge !== null && isNeeded(edgeDestination(edge), leads, wanted))) leads.add(node);
  }
  return leads;
}

function isNeeded(
  destination: Destination,
  leads: ReadonlySet<Node>,
  wanted: ReadonlySet<Destination> | null,
): boolean {
  return wanted === null || wanted.has(destination) || (destination instanceof Node && leads.has(destination));
}

function firstGradient(op: string, output: Tensor, gradient: Tensor | undefined): Tensor {
  if (!gradient) {
    if (output.size === 1) return onesLike(output);
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'only of one number can a gradient be taken without saying which',
      got: `a tensor of shape ${formatShape(output.shape)}`,
      expected: 'one element, or a gradient of the same shape',
      hint: 'Take the mean or sum first, or pass the gradient with respect to this tensor',
    });
  }
  if (sameShape(gradient.shape, output.shape) && gradient.dtype === output.dtype) {
    return gradient.alias();
  }
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the gradient does not fit the tensor',
    got: `${gradient.dtype} ${formatShape(gradient.shape)}`,
    expected: `${output.dtype} ${formatShape(output.shape)}`,
    hint: 'Pass a gradient of the same shape and dtype',
  });
}

/** Each result a handle of its own, because each is disposed of on its own. */
function distinct(results: readonly (Tensor | null)[], gradient: Tensor): (Tensor | null)[] {
  const seen = new Set<Tensor>([gradient]);
  return results.map((result) => {
    if (!result) return null;
    if (seen.has(result)) return result.alias();
    seen.add(result);
    return result;
  });
}

function sumOf(a: Tensor, b: Tensor): Tensor {
  const total = add(a, b);
  a.dispose();
  b.dispose();
  return total;
}
