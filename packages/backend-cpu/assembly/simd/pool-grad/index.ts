// Exports of every kernel of this folder.
export * from './with-indices';
