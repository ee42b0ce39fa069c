export * from './backend.js';
export * from './dtype.js';
export * from './op.js';
