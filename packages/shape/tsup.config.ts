import { preset } from '../../tooling/tsup/preset.js';

export default preset({ index: 'src/index.ts', 'types/index': 'src/types/index.ts' });
