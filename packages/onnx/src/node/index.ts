export { exportOnnxFile, importOnnxFile, writeTritonRepository } from './files.js';
