// Exports of every kernel of this folder.
export * from './planes';
export * from './row-blocks';
export * from './rows';
