import { preset } from '../../tooling/tsup/preset.js';

export default preset({ index: 'src/index.ts', 'node/index': 'src/node/index.ts' });
