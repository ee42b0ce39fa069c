import { type BlobLike, openSafetensors } from '@cenote/safetensors';
import { CenoteError, type nn } from 'cenote';
import { type Variant, variantOf } from './variants.js';

/** A LeNet's weights are a quarter of a megabyte; this keeps a page from reading a file that is something else. */
const mostBytes = 16 * 2 ** 20;

/** What a weights file holds. */
export interface LoadedWeights extends Disposable {
  /** By PyTorch's names. Disposed of with this. */
  readonly state: nn.StateDict;
  /** Which network they are of; `null` where the file does not say, as when PyTorch wrote it. */
  readonly variant: Variant | null;
}

/**
 * Reads weights as `npm start -- --save-weights FILE` and the page's own training write them, or PyTorch's
 * `safetensors.torch.save_file`.
 *
 * @param source The file, or its bytes.
 * @throws CenoteError `INVALID_FILE` for a file that is no safetensors file, is damaged or far too large.
 */
export async function readWeights(
  source: Uint8Array | (BlobLike & { readonly name?: string }),
): Promise<LoadedWeights> {
  const bytes = ArrayBuffer.isView(source) ? source.byteLength : source.size;
  if (bytes > mostBytes) {
    throw new CenoteError({
      code: 'INVALID_FILE',
      op: 'readWeights',
      what: 'file is too large for the weights of a LeNet',
      got: `${bytes} bytes`,
      expected: `at most ${mostBytes} bytes`,
      hint: 'Give a file that npm start -- --save-weights has written',
    });
  }
  const file = await openSafetensors(source);
  const state = await file.stateDict();
  return {
    state,
    variant: variantOf(file.metadata.model),
    [Symbol.dispose]() {
      for (const tensor of Object.values(state)) tensor.dispose();
    },
  };
}
