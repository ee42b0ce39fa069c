// `npm start`: install when needed, build what is stale, and hand over to the example app. It needs nothing but Node and
// npm. What it says itself goes to stderr: stdout belongs to the app, whose `--json` has to stay JSON.
import './lib/require-node.mjs';
import { join } from 'node:path';
import { phase } from './lib/phase.mjs';
import { run } from './lib/run.mjs';
import { build, install, needsInstall, root } from './lib/workspace.mjs';

const app = { packageName: '@cenote/app-lenet', program: join(root, 'apps', 'lenet', 'dist', 'cli.js') };

const ready =
  (!needsInstall() || (await phase(process.stderr, 'install packages', install))) &&
  (await phase(process.stderr, 'build', () => build(app.packageName)));

if (ready) {
  // npm runs scripts in the root folder; paths that the user gives belong to the folder where the user is.
  const cwd = (process.env.npm_lifecycle_event === 'start' && process.env.INIT_CWD) || process.cwd();
  const { code } = await run(process.execPath, [app.program, ...process.argv.slice(2)], { cwd, inherit: true });
  process.exitCode = code;
} else {
  process.exitCode = 1;
}
