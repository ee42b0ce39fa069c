/** A page of the API reference: what was written about one subject, wherever it can be imported from. */
export interface Topic {
  /** The package that it belongs to in the sidebar. */
  readonly package: string;
  /** The page's address below `/reference/api/`. */
  readonly path: string;
  readonly title: string;
  /** One sentence below the title. */
  readonly about: string;
  /** The source files whose exports it lists, as beginnings of paths below `packages/`; the first topic that fits wins. */
  readonly sources: readonly string[];
}

/** The folder of a package's pages: `@cenote/data` → `data`. */
export function packageFolder(name: string): string {
  return name.replace('@cenote/', '');
}

function topics(
  name: string,
  rows: readonly (readonly [path: string, title: string, about: string, ...sources: string[]])[],
): Topic[] {
  const folder = packageFolder(name);
  return rows.map(([path, title, about, ...sources]) => ({
    package: name,
    path: `${folder}/${path}`,
    title,
    about,
    sources,
  }));
}

/**
 * The pages of the reference in the order of the sidebar, pooling first. A source file that no page names goes to its
 * package's last page, so that nothing is lost when a file is added.
 */
export const referenceTopics: readonly Topic[] = [
  ...topics('cenote', [
    [
      'pooling',
      'Pooling',
      'Maximum, minimum, average, LP, adaptive, fractional and global pooling, and unpooling.',
      'tensor/src/ops/pooling/extremum',
      'tensor/src/ops/pooling/average',
      'tensor/src/ops/pooling/lp',
      'tensor/src/ops/pooling/adaptive',
      'tensor/src/ops/pooling/global',
      'tensor/src/ops/pooling/fractional',
      'tensor/src/ops/pooling/unpool',
      'tensor/src/ops/pooling/',
    ],
    [
      'beyond-pooling',
      'Beyond plain pooling',
      'Pooling that survives shifts, weighs, mixes or draws.',
      'tensor/src/ops/beyond-pooling/',
    ],
    [
      'convolution',
      'Convolution and products',
      'Convolution, matrix products and what belongs to them.',
      'tensor/src/ops/convolution',
      'tensor/src/ops/linear-algebra',
    ],
    [
      'elementwise',
      'Elementwise',
      'Functions of each element, with broadcasting.',
      'tensor/src/ops/elementwise',
      'tensor/src/ops/activation',
      'tensor/src/ops/convert',
      'tensor/src/promote',
    ],
    [
      'reductions',
      'Reductions',
      'Sums, means, extrema and their positions, softmax.',
      'tensor/src/ops/reduction',
      'tensor/src/ops/softmax',
    ],
    [
      'shapes',
      'Views, joining and indexing',
      'Functions that rearrange: views, which copy nothing, joining, padding and indexing.',
      'tensor/src/ops/',
    ],
    [
      'tensor',
      'Tensor',
      'The class of tensors, with its methods.',
      'tensor/src/tensor',
      'tensor/src/methods',
      'tensor/src/print',
    ],
    [
      'creation',
      'Creation and random numbers',
      'New tensors from numbers, ranges and generators.',
      'tensor/src/creation',
      'tensor/src/generator',
      'tensor/src/random',
    ],
    [
      'devices',
      'Devices, threads and GPUs',
      'Where tensors live, and what computes them.',
      'cenote/src/',
      'tensor/src/device',
      'tensor/src/profile',
    ],
    ['gradients', 'Gradients', 'Differentiation, and how to check it.', 'autograd/src/', 'tensor/src/gradient'],
    ['memory', 'Memory', 'Who frees a tensor, and when.', 'tensor/src/scope', 'tensor/src/leaks'],
  ]),
  ...topics('@cenote/nn', [
    [
      'pooling',
      'Pooling layers',
      'Layers that pool, and unpool.',
      'nn/src/layers/pooling',
      'nn/src/layers/adaptive-pooling',
      'nn/src/layers/fractional-pooling',
      'nn/src/layers/unpooling',
    ],
    [
      'beyond-pooling',
      'Beyond plain pooling',
      'Layers for pooling that survives shifts, weighs, mixes or draws, and for borders.',
      'nn/src/layers/beyond-pooling/',
      'nn/src/shift-consistency',
    ],
    [
      'layers',
      'Layers',
      'Convolution, linear layers, activations, and how layers become a network.',
      'nn/src/layers/',
      'nn/src/lenet5',
      'nn/src/module',
      'nn/src/typed',
      'nn/src/dtype',
    ],
    [
      'initialisation',
      'Initialisation and summaries',
      'First values of parameters, and tables of layers.',
      'nn/src/init',
      'nn/src/summary',
    ],
    ['losses', 'Losses', 'What a network is to make small, and how often it is right.', 'nn/src/losses/'],
    ['optimisers', 'Optimisers and schedules', 'What changes parameters.', 'nn/src/optimizers/'],
    ['training', 'Training', 'The loop, and evaluation.', 'nn/src/training/'],
    [
      'descriptions',
      'Descriptions of layers',
      'Layers as plain data, for converters and tables.',
      'nn/src/layer-description',
    ],
  ]),
  ...topics('@cenote/pool-stream', [
    ['streams', 'Pooling larger than memory', 'Rows or tiles in and out, and pyramids.', 'pool-stream/src/'],
  ]),
  ...topics('@cenote/shape', [
    [
      'windows',
      'Windows',
      'Requests for windows, and the geometry that they come to.',
      'shape/src/window',
      'shape/src/pool',
      'shape/src/conv',
      'shape/src/adaptive-pool',
      'shape/src/fractional-pool',
      'shape/src/unpool',
      'shape/src/padding',
      'shape/src/axis-window',
    ],
    [
      'fields-and-cost',
      'Receptive fields and cost',
      'What an output sees, and what it takes to compute it.',
      'shape/src/receptive-field',
      'shape/src/cost',
    ],
    ['types', 'Shapes as types', 'The same rules for the compiler: `@cenote/shape/types`.', 'shape/src/types/'],
    ['shapes', 'Shapes and errors', 'Broadcasting, axes, limits, and the one class of errors.', 'shape/src/'],
  ]),
  ...topics('@cenote/data', [
    ['data', 'Data sets and loaders', 'IDX files, MNIST, generated digits, batches.', 'data/src/'],
  ]),
  ...topics('@cenote/onnx', [['models', 'ONNX models', 'Reading, running and writing them.', 'onnx/src/']]),
  ...topics('@cenote/safetensors', [
    ['weights', 'Safetensors files', 'Weights in and out, whole or by range.', 'safetensors/src/'],
  ]),
  ...topics('@cenote/backend', [
    [
      'contract',
      'The contract of backends',
      'What a backend is, the ops it is asked for, dtypes and layouts.',
      'backend/src/',
    ],
  ]),
  ...topics('@cenote/backend-cpu', [
    ['cpu', 'The CPU backend', 'WebAssembly with SIMD and threads.', 'backend-cpu/src/'],
  ]),
  ...topics('@cenote/backend-webgpu', [
    ['webgpu', 'The GPU backend', 'WGSL for WebGPU, in browsers and Node.', 'backend-webgpu/src/'],
  ]),
  ...topics('@cenote/backend-reference', [
    ['reference', 'The reference backend', 'Every op in plain loops: the definition.', 'backend-reference/src/'],
  ]),
  ...topics('@cenote/conformance', [
    ['conformance', 'Conformance', 'Cases that every backend must pass, and their runner.', 'conformance/src/'],
  ]),
  ...topics('@cenote/cli', [['cli', 'The command, as a function', 'What `cenote` runs.', 'cli/src/']]),
  ...topics('@cenote/tensor', [
    [
      'engine',
      'For engines and converters',
      '`@cenote/tensor/engine`: what packages beside the tensor core use.',
      'tensor/src/',
    ],
  ]),
  ...topics('@cenote/autograd', [['gradients', 'Differentiation', 'See the gradients of `cenote`.', 'autograd/src/']]),
];

/**
 * The page for what a source file exports.
 *
 * @param source from the root of the repository: `packages/tensor/src/ops/pooling/lp.ts`
 */
export function topicOf(source: string): Topic {
  const path = source.replace(/^packages\//, '');
  const topic = referenceTopics.find(({ sources }) => sources.some((start) => path.startsWith(start)));
  if (topic === undefined) throw new Error(`No page of the reference is for ${source}: add it to topics.ts`);
  return topic;
}
