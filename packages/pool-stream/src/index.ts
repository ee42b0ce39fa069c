export type { PooledDType, PoolFunctionName, PoolStreamOptions } from './options.js';
export { type LevelBand, type PoolPyramid, type PoolPyramidOptions, poolPyramid } from './pool-pyramid.js';
export { type Band, type BandOptions, type PoolStream, poolStream, type Rows } from './pool-stream.js';
export {
  type PoolTiles,
  type PoolTilesOptions,
  poolTiles,
  type ReadRegion,
  type Region,
  type Tile,
} from './pool-tiles.js';
