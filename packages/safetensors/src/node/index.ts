export { type OpenedSafetensorsFile, openSafetensorsFile, saveSafetensorsFile } from './files.js';
