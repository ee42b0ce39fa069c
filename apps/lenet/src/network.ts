import { createHash } from 'node:crypto';
import { type Device, fromData, generator, nn } from 'cenote';
import { type Checkpoint, invalidFile, loadTensor, type SavedTensor, saveTensor } from './checkpoint.js';
import type { Examples } from './examples.js';
import { layerTitle } from './layer-maps.js';
import type { LayerFacts, ModelFacts } from './result.js';
import { momentum, type TrainingSettings } from './settings.js';

/** A network with what changes it. Both are freed together. */
export interface Network extends Disposable {
  readonly model: nn.Sequential;
  readonly optimizer: nn.Optimizer;
  /** Of a single image, with the batch axis. */
  readonly inputShape: readonly number[];
}

/** The stream of the seed that the first weights come from. */
const weightStream = 0;

/** The network of a run before it has learned anything. */
export function createNetwork(settings: TrainingSettings, { train }: Examples, device: Device): Network {
  const model = nn.lenet5({
    variant: settings.model,
    classes: train.classes.length,
    inputSize: [train.height, train.width],
    device,
    generator: generator(settings.seed, weightStream),
  });
  const { learningRate: lr } = settings;
  const optimizer = settings.optimizer === 'sgd' ? nn.sgd(model, { lr, momentum }) : nn.adam(model, { lr });
  return {
    model,
    optimizer,
    inputShape: [1, 1, train.height, train.width],
    [Symbol.dispose]() {
      optimizer.dispose();
      model.dispose();
    },
  };
}

/** The weights and the memory of the optimiser, for a checkpoint. */
export async function saveNetwork({ model, optimizer }: Network): Promise<Pick<Checkpoint, 'weights' | 'optimizer'>> {
  const { steps, tensors } = optimizer.stateDict();
  return { weights: await saved(model.stateDict()), optimizer: { steps: [...steps], tensors: await saved(tensors) } };
}

async function saved(tensors: nn.StateDict): Promise<Record<string, SavedTensor>> {
  const entries: [string, SavedTensor][] = [];
  for (const [name, handle] of Object.entries(tensors)) {
    using tensor = handle;
    entries.push([name, saveTensor(tensor.shape, await tensor.data('f32'))]);
  }
  return Object.fromEntries(entries);
}

/**
 * Puts back what {@link saveNetwork} saved.
 *
 * @param path Of the checkpoint, for messages.
 * @throws `INVALID_FILE` when it is of another network or optimiser.
 */
export function restoreNetwork(
  { model, optimizer }: Network,
  checkpoint: Checkpoint,
  path: string,
  device: Device,
): void {
  const tensors = (record: Readonly<Record<string, SavedTensor>>) =>
    Object.fromEntries(
      Object.entries(record).map(([name, each]) => [name, fromData(loadTensor(each), each.shape, { device })]),
    );
  const weights = tensors(checkpoint.weights);
  const memory = tensors(checkpoint.optimizer.tensors);
  try {
    const { kind, options } = optimizer;
    model.loadStateDict(weights);
    optimizer.loadStateDict({ kind, options, steps: checkpoint.optimizer.steps, tensors: memory });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidFile(path, 'checkpoint is of another network', reason, 'weights and state of this one', error);
  } finally {
    for (const tensor of [...Object.values(weights), ...Object.values(memory)]) tensor.dispose();
  }
}

/** What the two networks are called. */
export const modelTitles = {
  modern: 'LeNet-5 with ReLU and max pooling',
  d2l: 'LeNet-5 with sigmoid and average pooling, as in Dive into Deep Learning',
};

/** What the network is made of, and a digest of its weights as they are. */
export async function modelFacts(network: Network, settings: TrainingSettings): Promise<ModelFacts> {
  const { model, inputShape } = network;
  const summary = nn.summarize(model, inputShape);
  const layers = model.children().map(([name, layer], index): LayerFacts => {
    const row = summary.rows[index];
    const field = row.receptiveField?.at(-1) ?? null;
    return {
      name: layerTitle(name, layer),
      outputShape: row.outputShape.slice(1),
      parameters: row.parameters,
      multiplyAdds: row.multiplyAdds ?? 0,
      receptiveField: field?.size ?? null,
      jump: row.jump?.at(-1) ?? null,
      center: row.jump === null || field === null ? null : field.center,
    };
  });
  return {
    name: modelTitles[settings.model],
    inputShape: inputShape.slice(1),
    layers,
    parameters: summary.parameters,
    multiplyAdds: summary.multiplyAdds ?? 0,
    weights: createHash('sha256')
      .update(JSON.stringify(await saved(model.stateDict())))
      .digest('hex'),
  };
}
