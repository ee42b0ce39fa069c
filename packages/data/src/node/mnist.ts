import { homedir } from 'node:os';
import { join } from 'node:path';
import { datasetFromIdx } from '../dataset-from-idx.js';
import { readIdx } from '../read-idx.js';
import type { DatasetParts } from './load-idx-dataset.js';
import { type DownloadOptions, type RemoteFile, verifiedFile } from './verified-file.js';

/** A data set of four IDX files on the web. */
export interface RemoteDataset {
  /** The name of its folder in the cache. */
  readonly name: string;
  /** URLs that the file names are appended to, in the order in which they are tried. */
  readonly mirrors: readonly string[];
  readonly classes: readonly string[];
  readonly trainImages: RemoteFile;
  readonly trainLabels: RemoteFile;
  readonly testImages: RemoteFile;
  readonly testLabels: RemoteFile;
}

/**
 * MNIST: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998. Its first home no longer serves the
 * files; these are the mirrors that PyTorch and TensorFlow use.
 */
export const mnist: RemoteDataset = {
  name: 'mnist',
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    byteLength: 9_912_422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    byteLength: 28_881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte.gz',
    byteLength: 1_648_877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    byteLength: 4_542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
  },
};

/** Fashion-MNIST: Xiao, Rasul, Vollgraf, arXiv 1708.07747; files and class names from its repository. */
export const fashionMnist: RemoteDataset = {
  name: 'fashion-mnist',
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    byteLength: 26_421_880,
    sha256: '08dc20ab1689590a0bcd66e874647b6ee8464e2d501b5a3f1f78831db19a3fdc',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    byteLength: 29_515,
    sha256: 'b0197879cbda89f3dc7b894f9fd52b858e68ea4182b6947c9d8c2b67e5f18dcc',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte.gz',
    byteLength: 4_422_102,
    sha256: '78dcbbfb5a27efaf1b6c1d616caca68560be8766c5bffcb2791df9273a534229',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    byteLength: 5_148,
    sha256: '42bd18137a62d5998cdeae52bf3a0676ac6b706f5cf8439b47bb5b151ae3dccf',
  },
};

/**
 * MNIST: 60,000 handwritten digits to train on and 10,000 to test with, 28 × 28 grey pixels. The first call downloads
 * 12 MB; later ones read the cache. Either way every file has its published SHA-256.
 *
 * @throws `DOWNLOAD_FAILED` when a file cannot be had with its checksum, or the cache cannot be written. An aborted
 * `signal` rejects with its reason.
 * @example
 * ```ts
 * const { train, test } = await downloadMnist();
 * ```
 */
export function downloadMnist(options: DownloadOptions = {}): Promise<DatasetParts> {
  return downloadDataset('downloadMnist', mnist, options);
}

/**
 * Fashion-MNIST: 60,000 articles of clothing to train on and 10,000 to test with, 28 × 28 grey pixels, ten classes. The
 * first call downloads 31 MB; later ones read the cache. Either way every file has its published SHA-256.
 *
 * @throws `DOWNLOAD_FAILED` when a file cannot be had with its checksum, or the cache cannot be written. An aborted
 * `signal` rejects with its reason.
 */
export function downloadFashionMnist(options: DownloadOptions = {}): Promise<DatasetParts> {
  return downloadDataset('downloadFashionMnist', fashionMnist, options);
}

/** The two parts of a data set, from the cache or the web. */
export async function downloadDataset(
  op: string,
  remote: RemoteDataset,
  options: DownloadOptions,
): Promise<DatasetParts> {
  const cache = options.cache ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cenote', remote.name);
  const mirrors = options.mirror === undefined ? remote.mirrors : [options.mirror.replace(/\/?$/, '/')];
  const read = async (file: RemoteFile) =>
    readIdx(await verifiedFile(file, { ...options, op, cache, mirrors }), { name: file.name });
  return {
    train: datasetFromIdx(await read(remote.trainImages), await read(remote.trainLabels), remote.classes),
    test: datasetFromIdx(await read(remote.testImages), await read(remote.testLabels), remote.classes),
  };
}
