import { digits } from '@cenote/data';
import * as nn from '@cenote/nn';
import { fromData, generator, noGrad, scope, type Tensor, tensor } from '@cenote/tensor';
import { describe, expect, test } from 'vitest';
import { exportOnnx, importOnnx, supportedOperators } from '../src/index.js';
import { create, encode } from '../src/proto/codec.js';
import { attributeProto, modelProto, nodeProto, stringEntry, tensorProto } from '../src/proto/schema.js';
import { info, initializer, modelOf, node } from './node-model.js';
import { inOnnxRuntime, largestDifference, noise, rejection, useCpuDevice, waitingDevice } from './support.js';

const device = useCpuDevice();
const options = { generator: generator(3) };

/** 1,000 generated digits, and a LeNet that a few steps on them have taught something. */
function trainedLenet(variant: 'modern' | 'd2l'): { readonly model: nn.Module; readonly images: Tensor } {
  const { images: pixels, labels } = digits({ count: 1000, seed: 5 });
  const images = fromData(
    Float32Array.from(pixels, (pixel) => pixel / 255),
    [1000, 1, 28, 28],
  );
  const classes = fromData(Int32Array.from(labels), [1000]);
  const model = nn.lenet5({ variant, ...options });
  const optimizer = nn.adam(model, { lr: variant === 'modern' ? 2e-3 : 1e-2 });
  for (let step = 0; step < 40; step++) {
    const rows = [(step % 10) * 100, (step % 10) * 100 + 100] as const;
    scope(() => nn.crossEntropy(model.forward(images.slice([rows])), classes.slice([rows])).backward());
    optimizer.step();
    optimizer.zeroGrad();
  }
  return { model, images };
}

const logits = (model: nn.Module, x: Tensor): Tensor => scope(() => noGrad(() => model.forward(x)));

test.each(['modern', 'd2l'] as const)(
  'a LeNet (%s) that was trained here computes the same in ONNX Runtime, and when it is read again',
  async (variant) => {
    const { model, images } = trainedLenet(variant);
    const { bytes } = await exportOnnx(model, { inputShape: [null, 1, 28, 28] });
    const here = logits(model, images);
    expect(Math.max(...here.dataSync('f32'))).toBeGreaterThan(0.2);
    const { output } = await inOnnxRuntime(bytes, { input: images });
    expect(output.shape).toEqual([1000, 10]);
    expect(largestDifference(here.dataSync(), output.data)).toBeLessThan(1e-5);

    const again = await importOnnx(bytes);
    expect(again.parameterCount).toBe(61706);
    // Bit by bit: the same operations in the same order.
    expect(largestDifference(logits(again, images).dataSync(), Array.from(here.dataSync(), Number))).toBe(0);
    const layer = variant === 'modern' ? 'relu' : 'sigmoid';
    expect(again.operators).toEqual({
      [`Conv+${layer}`]: 2,
      [variant === 'modern' ? 'MaxPool' : 'AveragePool']: 2,
      Flatten: 1,
      [`Gemm+${layer}`]: 2,
      Gemm: 1,
    });
  },
);

describe('importOnnx', () => {
  test('gives a module: weights by their names, more training, shapes', async () => {
    const model = nn.lenet5(options);
    const { bytes } = await exportOnnx(model, { inputShape: [null, 1, 28, 28] });
    const again = await importOnnx(bytes);
    expect(again.inputs).toEqual([{ name: 'input', dtype: 'f32', shape: ['batch', 1, 28, 28] }]);
    expect(again.outputs).toEqual([{ name: 'output', dtype: 'f32', shape: ['batch', 10] }]);
    expect(Object.keys(again.stateDict())).toEqual(Object.keys(model.stateDict()));
    expect(nn.lenet5().loadStateDict(again.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(again.outputShape([7, 1, 28, 28])).toEqual([7, 10]);
    const [[, weight]] = again.namedParameters();
    weight.requiresGrad = true;
    scope(() =>
      again
        .forward(noise([2, 1, 28, 28], 1))
        .sum()
        .backward(),
    );
    expect(weight.grad?.shape).toEqual(weight.shape);
  });

  test('frees what it made on the way, and all of it with dispose()', async () => {
    const before = device.liveBuffers;
    const { bytes } = await exportOnnx(nn.sequential(nn.conv2d(1, 2, { kernelSize: 3 }), nn.flatten()), {
      inputShape: [null, 1, 8, 8],
    });
    const start = device.liveBuffers;
    const model = await importOnnx(bytes);
    expect(device.liveBuffers).toBe(start + 2);
    const x = noise([2, 1, 8, 8], 1);
    const y = model.forward(x);
    expect(device.liveBuffers).toBe(start + 4);
    y.dispose();
    x.dispose();
    model.dispose();
    expect(device.liveBuffers).toBe(start);
    expect(start).toBeGreaterThanOrEqual(before);
  });

  test('reads what PyTorch writes for view(): shapes that are computed from shapes', async () => {
    const x = noise([3, 2, 4, 5], 1);
    const bytes = modelOf({
      nodes: [
        node('Shape', ['x'], ['shape']),
        node('Constant', [], ['zero'], { value: { tensor: tensor(0, { dtype: 'i64' }) } }),
        node('Gather', ['shape', 'zero'], ['batch'], { axis: 0 }),
        node('Constant', [], ['axes'], { value_ints: [0] }),
        node('Unsqueeze', ['batch', 'axes'], ['batches']),
        node('Constant', [], ['rest'], { value: { tensor: tensor([-1], { dtype: 'i64' }) } }),
        node('Concat', ['batches', 'rest'], ['target'], { axis: 0 }),
        node('Reshape', ['x', 'target'], ['y']),
      ],
      inputs: [info('x', 'f32', ['n', 2, 4, 5])],
      outputs: [info('y', 'f32')],
    });
    expect((await importOnnx(bytes)).forward(x).shape).toEqual([3, 40]);
  });

  test('computes shapes where they can be read at once, so that devices with waiting can be used', async () => {
    const waiting = waitingDevice();
    const bytes = modelOf({
      nodes: [
        node('Shape', ['x'], ['shape']),
        node('Slice', ['shape', 'zero', 'one'], ['batch']),
        node('Concat', ['batch', 'rest'], ['target'], { axis: 0 }),
        node('Reshape', ['x', 'target'], ['flat']),
        node('Clip', ['flat', 'low', 'high'], ['clipped']),
        node('Pad', ['clipped', 'pads', 'high'], ['padded']),
        node('Gather', ['padded', 'picked'], ['some'], { axis: 1 }),
        node('Mul', ['some', 'half'], ['y']),
      ],
      inputs: [info('x', 'f32', ['n', 2, 2])],
      outputs: [info('y', 'f32')],
      initializers: [
        initializer('zero', tensor([0n])),
        initializer('one', tensor([1n])),
        initializer('rest', tensor([-1n])),
        initializer('low', tensor(-1)),
        initializer('high', tensor(6)),
        initializer('pads', tensor([0n, 0n, 0n, 1n])),
        initializer('picked', tensor([-1n, 0n])),
        initializer('half', tensor([0.5])),
      ],
    });
    const model = await importOnnx(bytes, { device: waiting });
    const y = model.forward(
      tensor(
        [
          [
            [-4, 8],
            [1, 2],
          ],
        ],
        { device: waiting },
      ),
    );
    expect(await y.toArray()).toEqual([[3, -0.5]]);
  });

  test('takes several inputs and outputs, an input as output, one value twice, and nodes in any order', async () => {
    const bytes = modelOf({
      nodes: [node('Relu', ['sum'], ['y']), node('Add', ['a', 'b'], ['sum'])],
      inputs: [info('a', 'f32', [2]), info('b', 'f32')],
      outputs: [info('y', 'f32'), info('a', 'f32'), info('sum', 'f32')],
    });
    const model = await importOnnx(bytes);
    const [a, b] = [tensor([1, -5]), tensor([2, 3])];
    const results = model.run({ a, b });
    expect(results.y.toArraySync()).toEqual([3, 0]);
    expect(results.sum.toArraySync()).toEqual([3, -2]);
    results.a.dispose();
    expect(a.isDisposed).toBe(false);
    expect(() => model.forward(a)).toThrow('the model has several inputs or outputs');
    expect(() => model.run({ a })).toThrow('these are not the inputs of the model. Got a; expected a, b');
    expect(() => model.run({ a: tensor([1]), b })).toThrow("'a' has another shape. Got [1]; expected [2]");
    expect(() => model.run({ a: tensor([1, 2], { dtype: 'i32' }), b })).toThrow("'a' has another dtype");
    expect(() => model.run({ a, b: tensor([1, 2, 3]) })).toThrow(/\(node 'the Add'\)/);
  });

  test('takes a Buffer as well, of which parts are no copies', async () => {
    const model = nn.sequential(nn.linear(3, 2, options));
    const { bytes } = await exportOnnx(model, { inputShape: [null, 3] });
    const again = await importOnnx(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1));
    const x = noise([2, 3], 1);
    expect(again.forward(x).toArraySync()).toEqual(scope(() => model.forward(x)).toArraySync());
  });

  test('leaves out what no output needs', async () => {
    const bytes = modelOf({
      nodes: [node('Relu', ['x'], ['y']), node('Unheard', ['x'], ['z'])],
      inputs: [info('x', 'f32')],
      outputs: [info('y', 'f32')],
    });
    expect((await importOnnx(bytes)).operators).toEqual({ Relu: 1 });
  });

  test('reads elements from every field that may have them', async () => {
    const values = { dims: [3n] };
    const stored = [
      create(tensorProto, { ...values, name: 'f32', dataType: 1, floatData: [1, -2, 3] }),
      create(tensorProto, { ...values, name: 'f64', dataType: 11, doubleData: [1, -2, 3] }),
      create(tensorProto, { ...values, name: 'i64', dataType: 7, int64Data: [1n, -2n, 3n] }),
      create(tensorProto, { ...values, name: 'i32', dataType: 6, int32Data: [1, -2, 3] }),
      create(tensorProto, { ...values, name: 'i8', dataType: 3, int32Data: [1, -2, 3] }),
      create(tensorProto, { ...values, name: 'u8', dataType: 2, int32Data: [1, 254, 3] }),
      create(tensorProto, { ...values, name: 'bool', dataType: 9, int32Data: [1, 0, 1] }),
    ];
    const bytes = modelOf({ nodes: [], outputs: stored.map(({ name }) => info(name, 'f32')), initializers: stored });
    const results = (await importOnnx(bytes)).run({});
    for (const { name } of stored) {
      expect(results[name].dtype).toBe(name);
      const expected = { u8: [1, 254, 3], bool: [1, 0, 1] }[name] ?? [1, -2, 3];
      expect(Array.from(results[name].dataSync(), Number)).toEqual(expected);
    }
  });

  test('reads weights elsewhere, wherever they are', async () => {
    const model = nn.lenet5(options);
    const x = noise([2, 1, 28, 28], 1);
    const written = await exportOnnx(model, { inputShape: [null, 1, 28, 28], externalData: 'w.bin' });
    expect(await rejection(importOnnx(written.bytes))).toContain("the weights are in another file. Got 'w.bin'");
    const again = await importOnnx(written.bytes, {
      externalData: async (location, offset, length) => {
        expect(location).toBe('w.bin');
        return (written.externalData?.bytes ?? new Uint8Array(0)).subarray(offset, offset + length);
      },
    });
    expect(largestDifference(logits(again, x).dataSync(), Array.from(logits(model, x).dataSync(), Number))).toBe(0);
  });
});

describe('importOnnx refuses', () => {
  const x = info('x', 'f32', [2]);
  const y = info('y', 'f32');

  test('operators that it does not know, all of them at once, before anything is computed', async () => {
    const nodes = [
      node('Einsum', ['x'], ['a']),
      { ...node('FusedConv', ['a'], ['b']), domain: 'com.microsoft' },
      node('Einsum', ['b'], ['c']),
      create(nodeProto, {
        opType: 'Relu',
        input: ['c'],
        output: ['y'],
        attribute: [create(attributeProto, { name: 'body', g: Uint8Array.of(1) })],
      }),
    ];
    expect(await rejection(importOnnx(modelOf({ nodes, inputs: [x], outputs: [y] })))).toBe(
      'importOnnx: the model has 3 operators that are not known here. Got Einsum (2 times), com.microsoft.FusedConv, Relu with a ' +
        'graph inside; expected operators that supportedOperators lists. Run the model with ONNX Runtime, or export it without them.',
    );
    expect(supportedOperators).toContain('MaxPool');
  });

  const relu = (from: string, to: string) => node('Relu', [from], [to]);
  const sized = (dims: readonly number[], more: object = { rawData: new Uint8Array(8) }) => [
    create(tensorProto, { name: 'w', dims: dims.map(BigInt), dataType: 1, ...more }),
  ];
  const external = (entries: Readonly<Record<string, string>>) =>
    sized([2], {
      dataLocation: 1,
      externalData: Object.entries(entries).map(([key, value]) => create(stringEntry, { key, value })),
    });
  const adding = { nodes: [node('Add', ['x', 'w'], ['y'])], inputs: [x], outputs: [y] };
  const cases: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    'nothing at all': [new Uint8Array(0), 'not an ONNX model. Got no graph'],
    'other bytes': [Uint8Array.of(255, 1, 2, 3), 'not an ONNX model'],
    'bad UTF-8': [Uint8Array.of(0x3a, 4, 0x12, 2, 0xc3, 0x28), 'not an ONNX model'],
    'a model without operators': [encode(modelProto, create(modelProto, {})), 'no graph'],
    'an old opset': [
      modelOf({ nodes: [relu('x', 'y')], inputs: [x], outputs: [y], opset: 6 }),
      'Got opset 6; expected 7 to 25',
    ],
    'no output': [modelOf({ nodes: [], outputs: [] }), 'the model has no output'],
    'a cycle': [
      modelOf({ nodes: [relu('a', 'b'), relu('b', 'a'), relu('a', 'y')], outputs: [y] }),
      "a value needs itself. Got 'a', for node 'the Relu'",
    ],
    'a node that feeds itself': [modelOf({ nodes: [relu('y', 'y')], outputs: [y] }), 'a value needs itself'],
    'a value from nowhere': [modelOf({ nodes: [relu('z', 'y')], outputs: [y] }), "a value comes from nowhere. Got 'z'"],
    'an output from nowhere': [modelOf({ nodes: [], outputs: [y] }), "Got 'y', for an output"],
    'a value that is made twice': [
      modelOf({ nodes: [relu('x', 'y'), relu('x', 'y')], inputs: [x], outputs: [y] }),
      "a value is made twice. Got 'y' by node 'the Relu'",
    ],
    'an input twice': [
      modelOf({ nodes: [relu('x', 'y')], inputs: [x, x], outputs: [y] }),
      'an input without a name of its own',
    ],
    'a weight twice': [modelOf({ ...adding, initializers: [...sized([2]), ...sized([2])] }), 'a weight without a name'],
    'huge weights': [modelOf({ ...adding, initializers: sized([2 ** 40, 2 ** 40]) }), 'a tensor with impossible sizes'],
    'negative sizes': [modelOf({ ...adding, initializers: sized([-2, -1]) }), 'a tensor with impossible sizes'],
    'too few elements': [modelOf({ ...adding, initializers: sized([3]) }), 'Got 8 bytes; expected 12 for f32 [3]'],
    'no elements': [modelOf({ ...adding, initializers: sized([2], {}) }), 'Got 0 elements; expected 2'],
    'half precision': [
      modelOf({ ...adding, initializers: sized([4], { dataType: 10 }) }),
      'Got float16; expected float',
    ],
    'external data above the folder': [
      modelOf({ ...adding, initializers: external({ location: '../w' }) }),
      "Got '../w'",
    ],
    'external data further up': [
      modelOf({ ...adding, initializers: external({ location: 'a/../../w' }) }),
      'Do not trust',
    ],
    'external data from the root': [
      modelOf({ ...adding, initializers: external({ location: '/etc/passwd' }) }),
      'outside the folder',
    ],
    'external data on a drive': [
      modelOf({ ...adding, initializers: external({ location: 'C:\\w' }) }),
      'outside the folder',
    ],
    'external data without a place': [modelOf({ ...adding, initializers: external({}) }), 'outside the folder'],
    'external data of another length': [
      modelOf({ ...adding, initializers: external({ location: 'w', length: '1e9' }) }),
      'external data that do not fit',
    ],
    'negative offsets': [modelOf({ ...adding, initializers: external({ location: 'w', offset: '-8' }) }), 'offset -8'],
  };
  test.each(Object.entries(cases))('%s', async (_, [bytes, message]) => {
    expect(await rejection(importOnnx(bytes))).toContain(message);
  });

  test('inputs that tensors here cannot be', async () => {
    const half = { ...x, type: { tensorType: { elemType: 10, shape: undefined } } };
    const bytes = modelOf({ nodes: [relu('x', 'y')], inputs: [half], outputs: [y] });
    expect(await rejection(importOnnx(bytes))).toContain(
      "the input 'x' is of a type that tensors cannot have here. Got float16",
    );
  });

  test('to make more than it may, whichever operator asks', async () => {
    const huge = initializer('s', tensor([1e6, 1e6], { dtype: 'i64' }));
    const makers = [
      node('ConstantOfShape', ['s'], ['y']),
      node('Expand', ['x', 's'], ['y']),
      node('Tile', ['m', 's'], ['y']),
    ];
    for (const maker of makers) {
      const bytes = modelOf({
        nodes: [maker],
        inputs: [info('x', 'f32'), info('m', 'f32')],
        outputs: [y],
        initializers: [huge],
      });
      const model = await importOnnx(bytes);
      expect(() => model.run({ x: tensor([1]), m: tensor([[1, 2]]) })).toThrow('a tensor that is too large');
    }
    // Twice as long with each node.
    const nodes = Array.from({ length: 60 }, (_, n) => node('Concat', [`x${n}`, `x${n}`], [`x${n + 1}`], { axis: 0 }));
    const bytes = modelOf({ nodes, inputs: [info('x0', 'f32')], outputs: [info('x60', 'f32')] });
    const model = await importOnnx(bytes, { maxElements: 1e6 });
    expect(() => model.run({ x0: tensor([1]) })).toThrow('a tensor that is too large');
  });

  test('nothing of a chain of 50,000 nodes', async () => {
    const nodes = Array.from({ length: 50_000 }, (_, n) => node('Relu', [`v${n}`], [`v${n + 1}`]));
    const bytes = modelOf({ nodes, inputs: [info('v0', 'f32')], outputs: [info('v50000', 'f32')] });
    expect((await importOnnx(bytes)).operators).toEqual({ Relu: 50_000 });
  });
});
