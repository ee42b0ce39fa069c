import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as nn from '@cenote/nn';
import { fromData, generator, noGrad, scope, type Tensor } from '@cenote/tensor';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../../tooling/scripts/lib/run.mjs';
import { root } from '../../../tooling/scripts/lib/workspace.mjs';
import { requirePyTorch } from '../../../tooling/vitest/pytorch.js';
import { openSafetensorsFile, saveSafetensorsFile } from '../src/node/index.js';
import { useReferenceDevice } from './support.js';

useReferenceDevice();
const folder = mkdtempSync(join(tmpdir(), 'cenote-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const script = fileURLToPath(new URL('lenet.py', import.meta.url));

async function inPyTorch(python: string, ...command: string[]): Promise<void> {
  const { code, output } = await run(python, [script, ...command], { cwd: root });
  expect(code, output).toBe(0);
}

function floats(name: string): Float32Array {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

function logits(model: nn.Module, images: Tensor): Float32Array {
  return scope(() => noGrad(() => model.forward(images).dataSync('f32')));
}

// What PyTorch's f32 arithmetic may differ by from exact sums of 400 products.
const tolerance = 1e-5;

test.for(['modern', 'd2l'] as const)(
  'a LeNet (%s) from PyTorch computes the same logits here, and goes back',
  { timeout: 120_000 },
  async (variant, context) => {
    const python = await requirePyTorch(context);
    await inPyTorch(python, 'train', folder, variant);
    const images = fromData(floats('images.bin'), [1000, 1, 28, 28]);

    const model = nn.lenet5({ variant, generator: generator(1) });
    const file = await openSafetensorsFile(join(folder, 'weights.safetensors'));
    const state = await file.stateDict();
    expect(model.loadStateDict(state)).toEqual({ missing: [], unexpected: [] });
    await file.close();
    const here = logits(model, images);
    expect(Math.max(...here)).toBeGreaterThan(1);
    expect(largestDifference(here, floats('logits.bin'))).toBeLessThan(tolerance);

    // A few steps of training here, and back.
    const optimizer = nn.adam(model, { lr: 1e-3 });
    const labels = fromData(
      Int32Array.from({ length: 32 }, (_, n) => n % 10),
      [32],
    );
    for (let step = 0; step < 2; step++) {
      scope(() => nn.crossEntropy(model.forward(images.slice([[0, 32]])), labels).backward());
      optimizer.step();
      optimizer.zeroGrad();
    }
    const trained = logits(model, images);
    expect(largestDifference(trained, here)).toBeGreaterThan(1e-3);
    await saveSafetensorsFile(join(folder, 'here.safetensors'), model.stateDict());
    await inPyTorch(python, 'check', folder, variant);
    expect(largestDifference(trained, floats('here-logits.bin'))).toBeLessThan(tolerance);
  },
);
