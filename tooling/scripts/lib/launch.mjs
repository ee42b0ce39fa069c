import { join } from 'node:path';
import { phase } from './phase.mjs';
import { run } from './run.mjs';
import { build, install, needsInstall, root } from './workspace.mjs';

/**
 * Installs when needed, builds what is stale, and hands over to the program of an app, whose exit code becomes ours. What
 * it says itself goes to stderr: stdout belongs to the app, whose `--json` has to stay JSON.
 *
 * @param {{ packageName: string, folder: string, script: string }} app `folder` is its name in apps/, `script` is that of
 * package.json that led here
 */
export async function launch({ packageName, folder, script }) {
  const ready =
    (!needsInstall() || (await phase(process.stderr, 'install packages', install))) &&
    (await phase(process.stderr, 'build', () => build(packageName)));
  if (!ready) {
    process.exitCode = 1;
    return;
  }
  // npm runs scripts in the root folder; paths that the user gives belong to the folder where the user is.
  const cwd = (process.env.npm_lifecycle_event === script && process.env.INIT_CWD) || process.cwd();
  const program = join(root, 'apps', folder, 'dist', 'cli.js');
  const { code } = await run(process.execPath, [program, ...process.argv.slice(2)], { cwd, inherit: true });
  process.exitCode = code;
}
