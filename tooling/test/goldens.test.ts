import { expect, test } from 'vitest';
import { run } from '../scripts/lib/run.mjs';
import { root } from '../scripts/lib/workspace.mjs';
import { missing } from '../vitest/missing.js';

/** A Python that has the PyTorch of the golden values. A user's own Python comes before Debian's in the path. */
async function findPython(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const version = 'import torch; print(torch.__version__)';
    const { code, output } = await run(python, ['-c', version], { cwd: root }).catch(() => ({ code: 1, output: '' }));
    if (code === 0 && output.startsWith('1.13')) return python;
  }
  return undefined;
}

test('the golden values are what PyTorch says', async (context) => {
  const python = await findPython();
  if (python === undefined) return missing(context, 'PyTorch 1.13 (Debian: python3-torch)');
  const { output } = await run(python, ['tooling/goldens/generate.py', '--check'], { cwd: root });
  expect(output).toBe('all golden files are what PyTorch says\n');
}, 120_000);
