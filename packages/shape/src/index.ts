export * from './error.js';
export * from './shape.js';
export * from './window-geometry.js';
