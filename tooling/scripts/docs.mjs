// `npm run docs`: install when needed, build the packages that are stale, and serve the site, `apps/docs`.
import './lib/require-node.mjs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { phase } from './lib/phase.mjs';
import { run } from './lib/run.mjs';
import { build, install, needsInstall, root } from './lib/workspace.mjs';

const usage = `Usage: npm run docs -- [options]

Serves the site with the headers that threads need, and prints its address. Pages follow as you edit them.

Options:
  --port N     the port to listen on (5173, or the next that is free)
  --host       listen on all addresses, for other machines and phones
  --help       show this text
`;

const options = readOptions();
if (options.help) process.stdout.write(usage);
else process.exitCode = await serve(options);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) throw new Error(`--port: got ${values.port}.`);
    return values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

/** @param {{ port?: string, host: boolean }} options */
async function serve({ port, host }) {
  // The site takes the packages as they are built.
  const ready =
    (!needsInstall() || (await phase(process.stdout, 'install packages', install))) &&
    (await phase(process.stdout, 'build', () => build('@cenote/app-docs^...')));
  if (!ready) return 1;
  const folder = join(root, 'apps', 'docs');
  const program = join(folder, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
  const flags = [...(port === undefined ? [] : ['--port', port]), ...(host ? ['--host'] : [])];
  const { code } = await run(process.execPath, [program, 'dev', '.', ...flags], { cwd: folder, inherit: true });
  return code;
}
