import { CenoteError } from '@cenote/tensor';
import { createDataset, type Dataset } from './dataset.js';
import type { IdxArray } from './idx.js';

/**
 * A data set from the two arrays that MNIST and its relatives come in.
 *
 * @param images `u8`, shape `[count, height, width]` or `[count, channels, height, width]`; kept, not copied.
 * @param labels Whole numbers, shape `[count]`.
 * @param classes The name of each class; `'0'`, `'1'`, … up to the largest label unless given.
 * @throws `INVALID_FILE` when the arrays are no such pair, and what {@link createDataset} throws.
 * @example
 * ```ts
 * const images = await readIdx(writeIdx({ dtype: 'u8', shape: [1, 2, 2], data: new Uint8Array([0, 128, 128, 255]) }));
 * const labels = await readIdx(writeIdx({ dtype: 'u8', shape: [1], data: new Uint8Array([0]) }));
 * const dataset = datasetFromIdx(images, labels);
 * ```
 */
export function datasetFromIdx(images: IdxArray, labels: IdxArray, classes?: readonly string[]): Dataset {
  const rank = images.shape.length;
  if (images.dtype !== 'u8' || (rank !== 3 && rank !== 4)) {
    throw notAPair(
      'images are not pictures',
      `${images.dtype} of shape [${images.shape}]`,
      'u8 of shape [count, height, width] or [count, channels, height, width]',
    );
  }
  const [count, channels, height, width] =
    rank === 4 ? images.shape : [images.shape[0], 1, images.shape[1], images.shape[2]];
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw notAPair(
      'images and labels are not of the same examples',
      `${count} images, labels of shape [${labels.shape}]`,
      `labels of shape [${count}]`,
    );
  }
  return createDataset({ images: images.data, labels: labels.data, channels, height, width, classes });
}

function notAPair(what: string, got: string, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_FILE',
    op: 'datasetFromIdx',
    what,
    got,
    expected,
    hint: 'Pass the images and the labels of the same part of the data set',
  });
}
