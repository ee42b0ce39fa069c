import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromData, noGrad } from '@cenote/tensor';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../../tooling/scripts/lib/run.mjs';
import { root } from '../../../tooling/scripts/lib/workspace.mjs';
import { requirePyTorch } from '../../../tooling/vitest/pytorch.js';
import { importOnnxFile } from '../src/node/index.js';
import { largestDifference, useCpuDevice } from './support.js';

useCpuDevice();
const folder = mkdtempSync(join(tmpdir(), 'cenote-classifiers-'));
afterAll(() => rmSync(folder, { recursive: true }));

function floats(name: string): Float32Array {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

test('classifiers from PyTorch compute here what they compute there', { timeout: 120_000 }, async (context) => {
  const python = await requirePyTorch(context);
  const script = fileURLToPath(new URL('classifiers.py', import.meta.url));
  const { code, output } = await run(python, [script, folder], { cwd: root });
  expect(code, output).toBe(0);
  const index: readonly { name: string; opset: number; output: number[] }[] = JSON.parse(
    readFileSync(join(folder, 'index.json'), 'utf8'),
  );
  expect(index.length).toBeGreaterThan(18);
  for (const { name, opset, output: shape } of index) {
    const model = await importOnnxFile(join(folder, `${name}-${opset}.onnx`));
    const y = noGrad(() => model.forward(fromData(floats(`${name}.x.bin`), [3, 3, 32, 32])));
    expect(y.shape, name).toEqual(shape);
    const expected = Array.from(floats(`${name}.y.bin`));
    expect(largestDifference(y.dataSync(), expected), `${name}, opset ${opset}`).toBeLessThan(1e-5);
  }
});
