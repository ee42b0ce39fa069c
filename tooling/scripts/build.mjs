// `npm run build`: install when needed, and build what is stale.
import './lib/require-node.mjs';
import { phase } from './lib/phase.mjs';
import { build, install, needsInstall } from './lib/workspace.mjs';

const built =
  (!needsInstall() || (await phase(process.stdout, 'install packages', install))) &&
  (await phase(process.stdout, 'build', () => build()));
process.exitCode = built ? 0 : 1;
