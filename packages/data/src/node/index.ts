export { type DatasetParts, type LoadIdxOptions, loadIdxDataset } from './load-idx-dataset.js';
export { downloadFashionMnist, downloadMnist } from './mnist.js';
export type { DownloadOptions, DownloadProgress } from './verified-file.js';
