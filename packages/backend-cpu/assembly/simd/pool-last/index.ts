// Exports of every kernel of this folder.
export { pool_last_blocks } from './blocks';
export { pool_last_rows } from './rows';
export { pool_last_three } from './three';
export { pool_last_window } from './window';
