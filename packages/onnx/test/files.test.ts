import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nn from '@cenote/nn';
import { generator, scope } from '@cenote/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { exportOnnx, inspectOnnx, tritonRepository } from '../src/index.js';
import { exportOnnxFile, importOnnxFile, writeTritonRepository } from '../src/node/index.js';
import { info, modelOf, node } from './node-model.js';
import { inOnnxRuntime, largestDifference, noise, rejection, useCpuDevice } from './support.js';

useCpuDevice();
const folder = mkdtempSync(join(tmpdir(), 'cenote-onnx-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = nn.lenet5({ generator: generator(1) });
const inputShape = [null, 1, 28, 28];

describe('files', () => {
  test('are written, with weights beside them, and read again', async () => {
    const place = join(folder, 'beside');
    mkdirSync(place);
    await exportOnnxFile(join(place, 'lenet.onnx'), model, { inputShape, externalData: 'lenet.data' });
    expect(readdirSync(place).toSorted()).toEqual(['lenet.data', 'lenet.onnx']);
    const again = await importOnnxFile(join(place, 'lenet.onnx'));
    const x = noise([2, 1, 28, 28], 1);
    const expected = Array.from(scope(() => model.forward(x)).dataSync(), Number);
    expect(largestDifference(again.forward(x).dataSync(), expected)).toBe(0);
    writeFileSync(join(place, 'lenet.data'), readFileSync(join(place, 'lenet.data')).subarray(0, -1));
    expect(await rejection(importOnnxFile(join(place, 'lenet.onnx')))).toMatch(
      /lenet.data cannot be read .* a file with at least/,
    );
    rmSync(join(place, 'lenet.data'));
    expect(await rejection(importOnnxFile(join(place, 'lenet.onnx')))).toContain('lenet.data cannot be read');
  });

  test('weights behind a link that leads out of the folder are not read', async () => {
    const place = join(folder, 'linked');
    mkdirSync(place);
    await exportOnnxFile(join(place, 'lenet.onnx'), model, { inputShape, externalData: 'w' });
    writeFileSync(join(folder, 'secret'), readFileSync(join(place, 'w')));
    rmSync(join(place, 'w'));
    symlinkSync(join(folder, 'secret'), join(place, 'w'));
    expect(await rejection(importOnnxFile(join(place, 'lenet.onnx')))).toContain(
      'a link out of the folder of the model',
    );
  });

  test('say where they are when they cannot be used', async () => {
    expect(await rejection(importOnnxFile(join(folder, 'no.onnx')))).toContain('no.onnx cannot be read');
    expect(await rejection(exportOnnxFile(join(folder, 'no', 'x.onnx'), model, { inputShape }))).toContain(
      'x.onnx cannot be',
    );
  });
});

describe('tritonRepository', () => {
  test('has a configuration, and the model where Triton looks for it', async () => {
    const exported = await exportOnnx(model, { inputShape });
    const paths = await writeTritonRepository(join(folder, 'models'), exported, { name: 'lenet5', maxBatchSize: 32 });
    expect(paths.map((path) => path.slice(folder.length))).toEqual([
      '/models/lenet5/config.pbtxt',
      '/models/lenet5/1/model.onnx',
    ]);
    expect(readFileSync(paths[0], 'utf8')).toBe(
      [
        'name: "lenet5"',
        'backend: "onnxruntime"',
        'max_batch_size: 32',
        'input [',
        '  {',
        '    name: "input"',
        '    data_type: TYPE_FP32',
        '    dims: [ 1, 28, 28 ]',
        '  }',
        ']',
        'output [',
        '  {',
        '    name: "output"',
        '    data_type: TYPE_FP32',
        '    dims: [ 10 ]',
        '  }',
        ']',
        'dynamic_batching { }',
        '',
      ].join('\n'),
    );
    const { output } = await inOnnxRuntime(paths[1], { input: noise([5, 1, 28, 28], 1) });
    expect(output.shape).toEqual([5, 10]);
  });

  test('leaves batches alone when they have one size, and takes weights along', async () => {
    const exported = await exportOnnx(model, { inputShape: [4, 1, 28, 28], externalData: 'w.bin' });
    const files = tritonRepository(exported, { name: 'a.b-c_d', version: 3 });
    expect(Object.keys(files)).toEqual(['a.b-c_d/config.pbtxt', 'a.b-c_d/3/model.onnx', 'a.b-c_d/3/w.bin']);
    expect(files['a.b-c_d/config.pbtxt']).toContain('max_batch_size: 0');
    expect(files['a.b-c_d/config.pbtxt']).toContain('dims: [ 4, 1, 28, 28 ]');
    for (const name of ['', '../x', 'a/b', 'a"b']) {
      expect(() => tritonRepository(exported, { name })).toThrow('name cannot be used');
    }
    expect(() => tritonRepository(exported, { name: 'a', version: 0 })).toThrow('version cannot be used');
  });
});

test('inspectOnnx says what a file has, also of a model that cannot be run here', async () => {
  const { bytes } = await exportOnnx(nn.sequential(nn.linear(3, 2), nn.relu()), {
    inputShape: [null, 3],
    externalData: 'w',
  });
  expect(inspectOnnx(bytes)).toEqual({
    opset: 17,
    irVersion: 8,
    producer: 'cenote',
    metadata: {},
    inputs: [{ name: 'input', dtype: 'f32', shape: ['batch', 3] }],
    outputs: [{ name: 'output', dtype: 'f32', shape: ['batch', 2] }],
    operators: { Gemm: 1, Relu: 1 },
    unknownOperators: [],
    weights: [
      { name: 'weight', type: 'float', shape: [2, 3], isExternal: true },
      { name: 'bias', type: 'float', shape: [2], isExternal: true },
    ].map(({ name, ...rest }) => ({ name: `0.${name}`, ...rest })),
  });
  const unknown = modelOf({
    nodes: [node('Einsum', [], ['y']), node('Constant', [], ['z'])],
    outputs: [info('y', 'f32')],
  });
  expect(inspectOnnx(unknown)).toMatchObject({ operators: { Einsum: 1, Constant: 1 }, unknownOperators: ['Einsum'] });
});
