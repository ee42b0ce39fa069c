// Imported first, for its effect: an old Node gets one clear sentence instead of a stack trace from deep inside a tool.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
const required = Number(/\d+/.exec(manifest.engines.node));
const running = Number(process.versions.node.split('.')[0]);

if (running < required) {
  process.stderr.write(
    `Cenote needs Node ${required} or newer. This is Node ${process.versions.node} (${process.execPath}). ` +
      'Install a newer one from https://nodejs.org and run the command again.\n',
  );
  process.exit(1);
}
