import * as nn from '@cenote/nn';
import { isCenoteError } from '@cenote/shape';
import { generator, type Tensor, tensor } from '@cenote/tensor';
import { expect, test } from 'vitest';
import { exportOnnx, importOnnx, type OnnxModel } from '../src/index.js';
import { create, decode, encode } from '../src/proto/codec.js';
import { type ModelProto, modelProto, stringEntry } from '../src/proto/schema.js';
import { info, initializer, modelOf, node } from './node-model.js';
import { noise, seededIntegers, useCpuDevice } from './support.js';

const device = useCpuDevice();

/** A few changes of bytes: flipped, replaced, cut out, doubled, cut off. */
function bytesChanged(original: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = [...original];
  for (let change = random(4); change >= 0; change--) {
    const at = random(bytes.length);
    const kind = random(5);
    if (kind === 0) bytes[at] ^= 1 << random(8);
    else if (kind === 1) bytes[at] = random(256);
    else if (kind === 2) bytes = bytes.slice(0, at + 1);
    else if (kind === 3) bytes.splice(at, 1 + random(12));
    else bytes.splice(at, 0, ...bytes.slice(at, at + 1 + random(60)));
  }
  return Uint8Array.from(bytes);
}

const numbers = [-1, 0, 1, 2, 3, 7, 255, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, -(2 ** 31)];

/** A change of what the file says: sizes, attributes, edges, operators, names, places. */
function meaningChanged(original: Uint8Array, random: (below: number) => number): Uint8Array {
  const file: ModelProto = decode(modelProto, original);
  const graph = file.graph ?? expect.fail('no graph');
  const pick = <T>(list: readonly T[]): T => list[random(list.length)];
  const size = () => BigInt(random(2) === 0 ? pick(numbers) : random(12));
  for (let change = random(3); change >= 0; change--) {
    const one = pick(graph.node);
    const weight = pick(graph.initializer);
    const attribute = one.attribute.length > 0 ? pick(one.attribute) : undefined;
    const names = [
      ...graph.node.flatMap(({ output }) => output),
      ...graph.initializer.map(({ name }) => name),
      '',
      'x',
    ];
    switch (random(10)) {
      case 0:
        if (attribute && attribute.ints.length > 0) attribute.ints[random(attribute.ints.length)] = size();
        break;
      case 1:
        if (attribute) attribute.i = size();
        break;
      case 2:
        if (attribute) attribute.ints.splice(random(4), 1, ...attribute.ints.slice(0, random(3)));
        break;
      case 3:
        if (attribute) attribute.type = random(12);
        break;
      case 4:
        if (weight.dims.length > 0) weight.dims[random(weight.dims.length)] = size();
        break;
      case 5:
        if (one.input.length > 0) one.input[random(one.input.length)] = pick(names);
        break;
      case 6:
        one.output[0] = pick(names);
        break;
      case 7:
        one.opType = pick(graph.node).opType;
        break;
      case 8:
        weight.dataLocation = 1;
        weight.externalData = [
          create(stringEntry, { key: 'location', value: pick(['../w', '/etc/passwd', 'w', 'a//b', '..']) }),
        ];
        break;
      default:
        weight.dataType = random(20);
    }
  }
  return encode(modelProto, file);
}

async function originals(): Promise<
  { readonly bytes: Uint8Array; readonly inputs: Readonly<Record<string, Tensor>> }[]
> {
  const model = nn.sequential(
    nn.conv2d(1, 2, { kernelSize: 3, padding: 1, generator: generator(1) }),
    nn.relu(),
    nn.maxPool2d(2, { ceilMode: true }),
    nn.avgPool2d(2, { stride: 1, padding: 1 }),
    nn.lpPool2d(2, 2, { stride: 1 }),
    nn.pad2d(1, { mode: 'reflect' }),
    nn.flatten(),
    nn.linear(72, 4, { generator: generator(1) }),
    nn.softmax(),
  );
  const { bytes } = await exportOnnx(model, { inputShape: [null, 1, 8, 8] });
  const shapes = modelOf({
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('Constant', [], ['start'], { value_ints: [0] }),
      node('Constant', [], ['end'], { value_ints: [2] }),
      node('Constant', [], ['rest'], { value_ints: [-1] }),
      node('Slice', ['shape', 'start', 'end'], ['front']),
      node('Concat', ['front', 'rest'], ['target'], { axis: 0 }),
      node('Reshape', ['x', 'target'], ['flat']),
      node('Expand', ['flat', 'target2'], ['wide']),
      node('Tile', ['wide', 'repeats'], ['tiled']),
      node('Transpose', ['tiled'], ['turned'], { perm: [0, 2, 1] }),
      node('ReduceMean', ['turned'], ['y'], { axes: [1], keepdims: 0 }),
    ],
    inputs: [info('x', 'f32', ['n', 2, 3, 4])],
    outputs: [info('y', 'f32')],
    initializers: [
      initializer('target2', tensor([1, 2, 12], { dtype: 'i64' })),
      initializer('repeats', tensor([1, 2, 1], { dtype: 'i64' })),
    ],
  });
  return [
    { bytes, inputs: { input: noise([2, 1, 8, 8], 1) } },
    { bytes: shapes, inputs: { x: noise([2, 2, 3, 4], 2) } },
  ];
}

const ways = { 'bytes are damaged': bytesChanged, 'the contents lie': meaningChanged };

test.each(Object.entries(ways))(
  '3,000 files of which %s give an error of ours, or a model that runs',
  { timeout: 240_000 },
  async (_, change) => {
    const files = await originals();
    const before = device.liveBuffers;
    let [refused, ran, failed] = [0, 0, 0];
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededIntegers(seed + 1);
      const { bytes, inputs } = files[seed % files.length];
      const file = change(bytes, random);
      let model: OnnxModel | undefined;
      try {
        model = await importOnnx(file, {
          maxElements: 2 ** 18,
          externalData: async (location, __, length) => {
            if (location !== 'w') throw new Error(`asked for ${location}`);
            return new Uint8Array(length);
          },
        });
        const results = model.run(inputs);
        for (const y of Object.values(results)) {
          y.dataSync();
          y.dispose();
        }
        ran++;
      } catch (error) {
        if (!isCenoteError(error)) throw new Error(`seed ${seed}`, { cause: error });
        expect(error.message.length, error.message).toBeLessThan(2000);
        if (model) failed++;
        else refused++;
      }
      model?.dispose();
    }
    expect(device.liveBuffers).toBe(before);
    // The changes are not all of one kind.
    for (const count of [refused, ran, failed]) expect(count).toBeGreaterThan(20);
  },
);

test('messages inside messages do not go deeper than ONNX has them', async () => {
  // A graph within an attribute within a node within a graph, 500 times.
  let inner: Uint8Array = new Uint8Array(0);
  const wrapped = (tag: number, bytes: Uint8Array): Uint8Array => {
    const length: number[] = [];
    for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
      length.push(rest < 128 ? rest : (rest % 128) | 128);
      if (rest < 128) break;
    }
    return Uint8Array.from([tag, ...length, ...bytes]);
  };
  for (let depth = 0; depth < 500; depth++) inner = wrapped(0x0a, wrapped(0x2a, wrapped(0x32, inner)));
  const groups = new Uint8Array(200_000).fill(0x0b);
  for (const bytes of [wrapped(0x3a, inner), groups]) {
    await expect(importOnnx(bytes)).rejects.toMatchObject({ code: 'INVALID_FILE' });
  }
});
