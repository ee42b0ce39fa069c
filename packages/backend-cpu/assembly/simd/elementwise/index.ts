// Exports of every kernel of this folder.
export * from './binary';
export * from './convert';
export * from './copy';
export * from './reduce';
export * from './softmax';
export * from './unary';
export * from './where';
