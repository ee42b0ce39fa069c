export { type ReferenceBackend, referenceBackend } from './backend.js';
export type { ReferenceBuffer } from './buffer.js';
export type { ReferenceKernel } from './kernel.js';
