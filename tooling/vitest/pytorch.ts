import type { TestContext } from 'vitest';
import { run } from '../scripts/lib/run.mjs';
import { root } from '../scripts/lib/workspace.mjs';
import { missing } from './missing.js';

/** A Python that has the PyTorch of the golden values. A user's own Python comes before Debian's in the path. */
async function find(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const version = 'import torch; print(torch.__version__)';
    const { code, output } = await run(python, ['-c', version], { cwd: root }).catch(() => ({ code: 1, output: '' }));
    if (code === 0 && output.startsWith('1.13')) return python;
  }
  return undefined;
}

let found: Promise<string | undefined> | undefined;

/** A Python with PyTorch 1.13; skips the test, or has it fail, where there is none: see {@link missing}. */
export async function requirePyTorch(context: TestContext): Promise<string> {
  found ??= find();
  return (await found) ?? missing(context, 'PyTorch 1.13 (Debian: python3-torch)');
}
