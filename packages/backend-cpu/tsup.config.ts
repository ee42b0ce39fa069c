import { preset } from '../../tooling/tsup/preset.js';

// The packed modules are a file of their own, which comes first in what bundlers make of it: amid JavaScript, they would push
// what comes before them out of sight of compression.
export default preset({ index: 'src/index.ts', modules: 'src/generated/modules.ts' });
