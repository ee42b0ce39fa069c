// Exports of every kernel of this folder.
export * from './reduce';
export * from './rows';
export * from './softmax';
export * from './transpose';
