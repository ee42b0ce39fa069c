import { preset } from '../../tooling/tsup/preset.js';

export default preset({ 'node/index': 'src/node/index.ts', 'node/bin': 'src/node/bin.ts' }, { platform: 'node' });
