import { add, keep } from '@cenote/tensor';
import { type GradientEngine, withGradMode } from '@cenote/tensor/engine';
import { Node } from './node.js';
import { propagate } from './propagate.js';

/** The engine that `@cenote/autograd` installs into the tensor core. */
export const engine: GradientEngine = {
  record(call) {
    const node = new Node(call);
    // A second output holds positions, of which there is no gradient.
    node.retain();
    call.outputs[0].setOrigin({ kind: 'node', node });
  },
  backward(tensor, gradient, options) {
    const { createGraph = false, retainGraph = createGraph } = options;
    const arrivals = propagate({
      op: 'backward',
      outputs: [tensor],
      gradients: [gradient],
      wanted: null,
      retainGraph,
      createGraph,
    });
    withGradMode(createGraph, () => {
      for (const [destination, arrived] of arrivals) {
        if (destination instanceof Node) continue;
        const before = destination.grad;
        if (before) {
          destination.grad = keep(add(before, arrived));
          before.dispose();
          arrived.dispose();
        } else {
          destination.grad = keep(arrived);
        }
      }
    });
  },
};
