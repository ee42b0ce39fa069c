import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

/** @typedef {import('./run.mjs').Finished} Finished */

/** The root folder of the workspace. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

const stampFile = join(root, 'node_modules', '.cenote-installed');

/**
 * Runs the pnpm that package.json names, fetched by npm when it is not there yet.
 *
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} options
 */
export async function pnpm(args, { cwd = root } = {}) {
  const { packageManager } = readJson(join(root, 'package.json'));
  /** @param {boolean} preferOffline */
  const attempt = (preferOffline) =>
    run('npx', ['--yes', packageManager, ...args], {
      cwd,
      // On Windows npx is a command script, which only a shell can start.
      shell: process.platform === 'win32',
      env: {
        ...process.env,
        npm_config_loglevel: 'error',
        npm_config_prefer_offline: String(preferOffline),
        // Where there is no network, that is said within seconds.
        npm_config_fetch_retry_mintimeout: '2000',
        npm_config_fetch_retry_maxtimeout: '5000',
        npm_config_update_notifier: 'false',
        TURBO_TELEMETRY_DISABLED: '1',
        TURBO_NO_UPDATE_NOTIFIER: '1',
      },
    });
  // Once fetched, pnpm is found without the network. A version newer than npm's list of versions needs a new list.
  let finished = await attempt(true);
  if (finished.code !== 0 && finished.output.includes('code ETARGET')) finished = await attempt(false);
  return withNetworkHint(finished, packageManager);
}

/**
 * The path of a program that a package of the root's node_modules brings, to be run with Node: starting it through pnpm
 * would take a second each time.
 *
 * @param {string} packageName
 * @param {string} program
 * @returns {string}
 */
export function programPath(packageName, program) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = readJson(join(folder, 'package.json'));
  return join(folder, typeof bin === 'string' ? bin : bin[program]);
}

/**
 * Runs such a program in the workspace root.
 *
 * @param {string} packageName
 * @param {string} program
 * @param {readonly string[]} args
 */
export function runProgram(packageName, program, args) {
  return run(process.execPath, [programPath(packageName, program), ...args], { cwd: root });
}

/** Whether node_modules is missing, or was installed from another lockfile. */
export function needsInstall() {
  return !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp();
}

/** Installs exactly what the lockfile says. */
export async function install() {
  const finished = await pnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false']);
  if (finished.code === 0) writeFileSync(stampFile, stamp());
  return finished;
}

/**
 * Builds what is stale, with everything that it depends on.
 *
 * @param {string} [packageName] one package of the workspace; every one when it is left out
 */
export function build(packageName) {
  const filter = packageName === undefined ? [] : [`--filter=${packageName}`];
  return pnpm(['exec', 'turbo', 'run', 'build', ...filter]);
}

/** Compiles the CPU backend's kernels when they are stale: its sources import the result. */
export function buildKernels() {
  return run(process.execPath, [join(root, 'packages', 'backend-cpu', 'scripts', 'build-kernels.mjs')], { cwd: root });
}

/**
 * @param {string} path
 * @returns {any} the parsed file: our own package.json files, whose form we know
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function stamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/**
 * @param {Finished} finished
 * @param {string} packageManager
 * @returns {Finished}
 */
function withNetworkHint(finished, packageManager) {
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/;
  if (finished.code === 0 || !offline.test(finished.output)) return finished;
  const hint =
    `The package registry did not answer, and ${packageManager} or a package of the lockfile still has to come from it. ` +
    'Check the connection or the proxy (HTTPS_PROXY, npm config get registry), and run the command again.';
  return { code: finished.code, output: `${finished.output.trimEnd()}\n\n${hint}` };
}
