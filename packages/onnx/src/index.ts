// Out
export { type ExportOnnxOptions, exportOnnx, type OnnxExport } from './export/export-onnx.js';
// In
export { type ImportOnnxOptions, importOnnx } from './import/import-onnx.js';
export { OnnxModel } from './import/onnx-model.js';
export { supportedOperators } from './import/operators.js';
export type { ReadExternal } from './import/tensors.js';
// Both
export { inspectOnnx, type OnnxSummary } from './inspect-onnx.js';
export type { TensorSignature } from './signature.js';
// Elsewhere
export { type TritonOptions, tritonRepository } from './triton.js';
