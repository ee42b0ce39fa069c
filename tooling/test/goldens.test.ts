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

const scripts = ['generate.py', 'nn.py', 'beyond-pooling.py', 'print.py'];

test.for(scripts)('the golden values of %s are what PyTorch says', { timeout: 120_000 }, async (script, context) => {
  const python = await findPython();
  if (python === undefined) return missing(context, 'PyTorch 1.13 (Debian: python3-torch)');
  const { code, output } = await run(python, [`tooling/goldens/${script}`, '--check'], { cwd: root });
  expect(code, output).toBe(0);
});
