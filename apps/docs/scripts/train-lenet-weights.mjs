// Makes the weights that the chapter's LeNet figure starts with: trains both networks by the example app, as anybody can,
// and keeps them in half precision, which is more than enough to read digits by, and half the bytes for a visitor.
//
// Run it after a build (`npm run build`): node apps/docs/scripts/train-lenet-weights.mjs
// The same options give the same weights on every machine with the same kernels; it takes about two minutes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// With the device that the tensors live on.
import 'cenote';
import { openSafetensors } from '@cenote/safetensors';
import { encodeSafetensorsF16 } from './safetensors-f16.mjs';

const app = fileURLToPath(new URL('../../lenet/dist/cli.js', import.meta.url));
const target = fileURLToPath(new URL('../src/figures/lenet/weights/', import.meta.url));
const settings = ['--train-count', '40000', '--epochs', '6', '--seed', '1'];

const folder = mkdtempSync(join(tmpdir(), 'cenote-weights-'));
try {
  mkdirSync(target, { recursive: true });
  for (const model of ['modern', 'd2l']) {
    const weights = join(folder, 'weights.safetensors');
    const result = join(folder, 'result.json');
    const options = ['--model', model, ...settings];
    const { status } = spawnSync(
      process.execPath,
      [app, ...options, '--no-report', '--json', result, '--save-weights', weights],
      { stdio: 'inherit' },
    );
    if (status !== 0) process.exit(1);
    const { evaluation } = JSON.parse(readFileSync(result, 'utf8'));
    const file = await openSafetensors(readFileSync(weights));
    /** @type {[string, { shape: readonly number[], values: Float32Array }][]} */
    const tensors = [];
    for (const name of file.names) {
      const tensor = await file.tensor(name);
      tensors.push([name, { shape: tensor.shape, values: await tensor.data('f32') }]);
    }
    const path = join(target, `${model}.safetensors`);
    writeFileSync(
      path,
      encodeSafetensorsF16(tensors, {
        ...file.metadata,
        made: `npm start -- ${options.join(' ')} --save-weights, rounded to half precision`,
        accuracy: String(evaluation.accuracy),
      }),
    );
    console.log(`\n${path}: ${statSync(path).size} bytes`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
