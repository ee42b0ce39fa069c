export { type ExportOnnxOptions, exportOnnx, type OnnxExport } from './export/export-onnx.js';
export type { TensorSignature } from './signature.js';
