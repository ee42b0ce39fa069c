import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nn from '@cenote/nn';
import { generator, noGrad, scope, type Tensor } from '@cenote/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { type ExportOnnxOptions, exportOnnx, importOnnx } from '../src/index.js';
import { inOnnxRuntime, largestDifference, noise, rejection, useCpuDevice } from './support.js';

useCpuDevice();
const folder = mkdtempSync(join(tmpdir(), 'cenote-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = { generator: generator(3) };

/** The largest difference between what a model computes, and what ONNX Runtime and our own import compute of its file. */
async function difference(model: nn.Module, x: Tensor, exporting: ExportOnnxOptions = {}): Promise<number> {
  const { bytes } = await exportOnnx(model, { inputShape: x.shape, ...exporting });
  const { output } = await inOnnxRuntime(bytes, { input: x });
  const y = scope(() => noGrad(() => model.eval().forward(x)));
  expect(output.shape).toEqual(y.shape);
  const again = await importOnnx(bytes);
  const read = largestDifference(noGrad(() => again.forward(x)).dataSync(), Array.from(y.dataSync(), Number));
  return Math.max(read, largestDifference(y.dataSync(), output.data));
}

describe('exportOnnx', () => {
  const models: Readonly<Record<string, readonly [nn.Module, Tensor]>> = {
    'LeNet, modern': [nn.lenet5(options), noise([2, 1, 28, 28], 1)],
    'LeNet, d2l': [nn.lenet5({ variant: 'd2l', ...options }), noise([2, 1, 28, 28], 2)],
    'convolutions in 1d, with a stride, dilation and groups': [
      nn.sequential(
        nn.conv1d(4, 6, { kernelSize: 3, stride: 2, dilation: 2, groups: 2, padding: [[3, 1]], ...options }),
      ),
      noise([2, 4, 19], 3),
    ],
    'convolutions in 3d, padded as SAME, without a bias': [
      nn.sequential(nn.conv3d(2, 3, { kernelSize: 3, stride: 2, padding: 'same', bias: false, ...options }), nn.tanh()),
      noise([1, 2, 5, 6, 7], 4),
    ],
    'channels last': [
      nn.sequential(
        nn.conv2d(3, 4, { kernelSize: 3, padding: 'sameLower', dataFormat: 'channelsLast', ...options }),
        nn.maxPool2d(2, { dataFormat: 'channelsLast' }),
        nn.globalAvgPool({ dataFormat: 'channelsLast' }),
      ),
      noise([2, 8, 9, 3], 5),
    ],
    'a linear layer over more axes': [
      nn.sequential(nn.linear(5, 4, options), nn.softmax(1), nn.linear(4, 2, { bias: false, ...options })),
      noise([2, 3, 5], 6),
    ],
    'nested, named, and with layers that do nothing': [
      nn.sequential({
        start: nn.input([null, 3]),
        body: nn.sequential(nn.linear(3, 3, options), nn.dropout(0.9), nn.identity()),
        head: nn.logSoftmax(),
      }),
      noise([4, 3], 7),
    ],
    'all paddings': [
      nn.sequential(
        nn.pad2d(
          [
            [1, 2],
            [0, 3],
          ],
          { value: 1.5 },
        ),
        nn.pad2d(2, { mode: 'reflect' }),
        nn.pad2d(1, { mode: 'replicate' }),
        nn.pad2d([[1, 2], 2], { mode: 'circular' }),
      ),
      noise([2, 2, 5, 6], 8),
    ],
    'flatten, whichever axes': [nn.sequential(nn.flatten(2, 3), nn.relu(), nn.flatten(0, 1)), noise([2, 3, 4, 5], 9)],
    'blurred, with every padding': [
      nn.sequential(
        nn.blurPool2d({ paddingMode: 'zeros', stride: 1 }),
        nn.blurPool2d({ filterSize: 3, stride: [2, 1] }),
        nn.blurPool2d({ filterSize: 5, paddingMode: 'replicate', stride: 1 }),
        nn.maxBlurPool2d({ kernelSize: 3, paddingMode: 'circular', stride: 1 }),
      ),
      noise([2, 3, 11, 9], 11),
    ],
    'generalised means': [nn.sequential(nn.gemPool2d({ channels: 3 }), nn.flatten(1)), noise([2, 3, 5, 4], 12)],
    'a generalised mean of channels last, not learned': [
      nn.sequential(nn.gemPool1d({ learned: false, p: 2.5, dataFormat: 'channelsLast' })),
      noise([2, 6, 3], 13),
    ],
    'mixed and gated': [
      nn.sequential(
        nn.mixedPool2d(2, { mixing: 0.3, stride: 1 }),
        nn.mixedPool2d(3, { mixing: 'learned', channels: 2, stride: 1, padding: 1, countIncludePad: false }),
        nn.mixedPool2d(2, { stride: 1, ceilMode: true }),
        nn.gatedPool2d(3, { stride: 2, padding: 1, ...options }),
        nn.gatedPool2d(2, { channels: 2, stride: 1, ceilMode: true, ...options }),
      ),
      noise([2, 2, 11, 10], 14),
    ],
    'soft, by importance, stochastic': [
      nn.sequential(
        nn.softPool2d(2, { stride: 1 }),
        nn.softPool2d(3, { stride: 2, padding: 1, ceilMode: true }),
        nn.lipPool2d(nn.conv2d(2, 2, { kernelSize: 1, ...options }), 2, { stride: 1, dilation: 2 }),
        nn.stochasticPool2d(2, { stride: 1, padding: 1 }),
      ),
      noise([2, 2, 14, 13], 15),
    ],
    'by importance, with channels last': [
      nn.sequential(
        nn.lipPool2d(nn.conv2d(3, 3, { kernelSize: 3, padding: 1, dataFormat: 'channelsLast', ...options }), 2, {
          dataFormat: 'channelsLast',
        }),
      ),
      noise([2, 6, 8, 3], 16),
    ],
    pyramids: [nn.sequential(nn.spatialPyramidPool2d([4, 2, 1])), noise([2, 3, 8, 12], 17)],
    'pyramids of means, channels last': [
      nn.sequential(nn.spatialPyramidPool2d([2, 1], { mode: 'avg', dataFormat: 'channelsLast' })),
      noise([2, 8, 6, 3], 18),
    ],
    'nothing at all': [nn.identity(), noise([2, 3], 10)],
  };
  test.each(Object.entries(models))(
    '%s: ONNX Runtime computes the same, and so does what is read again',
    async (_, [model, x]) => {
      expect(await difference(model, x)).toBeLessThan(2e-6);
      expect(await difference(model, x, { inputShape: [null, ...x.shape.slice(1)] })).toBeLessThan(2e-6);
    },
  );

  test('every opset from 13 on', async () => {
    for (let opset = 13; opset <= 22; opset++) {
      const model = nn.sequential(
        nn.conv2d(1, 2, { kernelSize: 3, ...options }),
        nn.avgPool2d(2, { ceilMode: true }),
        nn.pad2d(1),
        nn.lpPool2d(2, 3, { stride: 2, ceilMode: true }),
        nn.softmax(),
      );
      expect(await difference(model, noise([1, 1, 9, 9], opset), { opset }), `opset ${opset}`).toBeLessThan(1e-6);
    }
  });

  test('of f64, with numbers of the exporter in f64 too', async () => {
    const dtype = 'f64';
    const padded = nn.sequential(nn.pad2d(1, { value: 0.1 }), nn.flatten(), nn.linear(84, 3, { dtype, ...options }));
    expect(await difference(padded, noise([2, 2, 4, 5], 1, dtype))).toBeLessThan(1e-13);
    // ONNX Runtime has no pooling of doubles.
    const model = nn.sequential(nn.softPool2d(2), nn.gemPool2d({ dtype }), nn.flatten());
    const x = noise([2, 2, 4, 5], 2, dtype);
    const again = await importOnnx((await exportOnnx(model, { inputShape: x.shape })).bytes);
    const expected = Array.from(scope(() => model.forward(x)).dataSync(), Number);
    expect(largestDifference(again.forward(x).dataSync(), expected)).toBeLessThan(1e-14);
  });

  test('says what goes in and out', async () => {
    const model = nn.lenet5();
    const { input, output, opset } = await exportOnnx(model, {
      inputShape: [null, 1, 28, 28],
      inputName: 'image',
      outputName: 'logits',
    });
    expect([input, output, opset]).toEqual([
      { name: 'image', dtype: 'f32', shape: ['batch', 1, 28, 28] },
      { name: 'logits', dtype: 'f32', shape: ['batch', 10] },
      17,
    ]);
  });

  test('weights elsewhere lie on pages of a file beside the model', async () => {
    const model = nn.lenet5(options);
    const x = noise([3, 1, 28, 28], 11);
    const { bytes, externalData } = await exportOnnx(model, {
      inputShape: [null, 1, 28, 28],
      externalData: 'weights.bin',
    });
    expect(bytes.length).toBeLessThan(4000);
    writeFileSync(join(folder, 'model.onnx'), bytes);
    writeFileSync(join(folder, 'weights.bin'), externalData?.bytes ?? '');
    const { output } = await inOnnxRuntime(join(folder, 'model.onnx'), { input: x });
    expect(largestDifference(scope(() => model.forward(x)).dataSync(), output.data)).toBeLessThan(2e-6);
    expect(await rejection(exportOnnx(model, { inputShape: [1, 1, 28, 28], externalData: '../x' }))).toContain(
      'without a path',
    );
  });
});

describe('exportOnnx refuses', () => {
  class Residual extends nn.Module {
    override forward(x: Tensor): Tensor {
      return x.add(x);
    }
    override outputShape(shape: readonly number[]): readonly number[] {
      return shape;
    }
  }

  test('what ONNX cannot express, all of it at once, and says why', async () => {
    const model = nn.sequential(
      nn.fractionalMaxPool2d(2, { outputRatio: 0.9 }),
      nn.lpPool2d(1.5, 2),
      new Residual(),
      nn.sequential(nn.adaptiveAvgPool2d([3, 2])),
    );
    expect(await rejection(exportOnnx(model, { inputShape: [1, 1, 12, 12] }))).toBe(
      'exportOnnx: ONNX cannot express 4 layers. Got layer 0 (fractionalMaxPool2d): its windows are drawn at random for each ' +
        "input, which no operation of ONNX does; layer 1 (lpPool2d): the norm of ONNX's LpPool is a whole number from 1 on, " +
        'not 1.5; layer 2 (custom): a Residual does not say what it computes; build it of layers; layer 3.0 ' +
        '(adaptiveAvgPool2d): the windows of adaptive pooling differ in size here (5 to 3, 5 to 2), which those of ONNX ' +
        "cannot; choose an output size that divides the input's; expected layers that ONNX has operators for. Replace them, " +
        'or write the weights alone with @cenote/safetensors.',
    );
  });

  test('opsets, shapes and names that cannot be', async () => {
    const pool = nn.avgPool2d(2, { dilation: 2 });
    const inputShape = [1, 1, 8, 8];
    expect(await rejection(exportOnnx(pool, { inputShape, opset: 18 }))).toContain('at least 19, for AveragePool with');
    expect(await rejection(exportOnnx(pool, { inputShape, opset: 12 }))).toContain('a whole number from 13 to 22');
    expect((await exportOnnx(pool, { inputShape })).opset).toBe(19);
    expect(await rejection(exportOnnx(pool))).toContain('Pass inputShape: [null, 1, 28, 28]');
    expect(await rejection(exportOnnx(pool, { inputShape: [1, 1, null, 8] }))).toContain('null on the first axis only');
    expect(await rejection(exportOnnx(pool, { inputShape: [1, 8, 8] }))).toContain('give inputShape a batch axis');
    expect(await rejection(exportOnnx(pool, { inputShape, outputName: 'input' }))).toContain('two different names');
    expect(await rejection(exportOnnx(pool, { inputShape: [1, 1, 2, 2] }))).toContain('window larger than');
  });
});
