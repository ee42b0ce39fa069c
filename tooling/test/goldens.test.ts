import { expect, test } from 'vitest';
import { run } from '../scripts/lib/run.mjs';
import { root } from '../scripts/lib/workspace.mjs';
import { requirePyTorch } from '../vitest/pytorch.js';

const scripts = ['generate.py', 'nn.py', 'beyond-pooling.py', 'print.py'];

test.for(scripts)('the golden values of %s are what PyTorch says', { timeout: 120_000 }, async (script, context) => {
  const python = await requirePyTorch(context);
  const { code, output } = await run(python, [`tooling/goldens/${script}`, '--check'], { cwd: root });
  expect(code, output).toBe(0);
});
