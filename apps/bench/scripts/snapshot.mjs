// Measures everything once more and replaces the committed results: `node apps/bench/scripts/snapshot.mjs`, after
// `npm run build`. The README quotes these files, by this script; nothing in them is typed by hand. Arguments go to the bench.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('..', import.meta.url));
const root = join(app, '..', '..');
const results = join(app, 'results');
const json = join(results, 'snapshot.json');

/** @param {string} program @param {readonly string[]} args */
function run(program, args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync(results, { recursive: true });
const bench = join(app, 'dist', 'cli.js');
run(bench, ['--json', json, ...process.argv.slice(2)]);
// From the file, not from the run: the file's numbers are rounded.
run(bench, ['render', json, '--markdown', join(results, 'README.md'), '--quote', join(root, 'README.md')]);
// The file is committed, and has to look like all others.
run(join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), ['format', '--write', json]);
