export { type Batch, type DataLoader, type DataLoaderOptions, dataLoader } from './data-loader.js';
export {
  createDataset,
  type Dataset,
  type DatasetInput,
  type PixelStatistics,
  pixelStatistics,
  split,
  subset,
  take,
} from './dataset.js';
export { datasetFromIdx } from './dataset-from-idx.js';
export { type DigitsOptions, digits } from './digits/digits.js';
export { type IdxArray, type IdxDType, type IdxOptions, parseIdx, writeIdx } from './idx.js';
export { readIdx } from './read-idx.js';
