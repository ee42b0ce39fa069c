export { dtypeNames, type FileDType } from './dtypes.js';
export type { SafetensorsEntry } from './header.js';
export { type OpenSafetensorsOptions, openSafetensors, type ReadOptions, SafetensorsFile } from './read.js';
export type { BlobLike, ByteSource, Source } from './source.js';
export { type SaveSafetensorsOptions, saveSafetensors } from './write.js';
