import { saveSafetensors } from '@cenote/safetensors';
import type { data, nn } from 'cenote';
import type { TrainingSettings } from './settings.js';
import { writeWholeFile } from './write-file.js';

/**
 * Writes the weights of a network as a safetensors file, as a whole or not at all. Names and layouts are PyTorch's; the
 * metadata say which of the two networks it is (`model`), the height and width of its images (`inputSize`, JSON) and what
 * its classes are called (`classes`, JSON).
 *
 * @param path Of the file.
 * @param model Stays the caller's.
 * @throws `INVALID_FILE` when the file cannot be written.
 */
export async function writeWeights(
  path: string,
  model: nn.Sequential,
  settings: TrainingSettings,
  { height, width, classes }: data.Dataset,
): Promise<void> {
  const state = model.stateDict();
  try {
    const metadata = {
      format: 'pt',
      model: settings.model,
      inputSize: JSON.stringify([height, width]),
      classes: JSON.stringify(classes),
    };
    writeWholeFile(path, await saveSafetensors(state, { metadata }));
  } finally {
    for (const tensor of Object.values(state)) tensor.dispose();
  }
}
