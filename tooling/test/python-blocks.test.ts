import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../scripts/lib/run.mjs';
import { root } from '../scripts/lib/workspace.mjs';
import { missing } from '../vitest/missing.js';

const documents = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].filter((path) => existsSync(join(root, path)));

const blocks = documents.flatMap((path) => {
  const parts = readFileSync(join(root, path), 'utf8')
    .split(/^```python\n/m)
    .slice(1);
  return parts.map((part, index) => ({ place: `${path}, ${index + 1}`, code: part.split(/^```$/m)[0] }));
});

async function findPython(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const { code } = await run(python, ['-c', 'import ast'], { cwd: root }).catch(() => ({ code: 1 }));
    if (code === 0) return python;
  }
  return undefined;
}

// The programs need clusters, servers and packages that are not here; that they are Python can be known without.
test.for(blocks)('the Python of $place can be parsed', async ({ code }, context) => {
  const python = (await findPython()) ?? missing(context, 'Python 3');
  const parsed = await run(python, ['-c', 'import ast, sys; ast.parse(sys.argv[1])', code], { cwd: root });
  expect(parsed.code, parsed.output).toBe(0);
});
