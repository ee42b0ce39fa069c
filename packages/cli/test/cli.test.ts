import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importOnnxFile } from '@cenote/onnx/node';
import { openSafetensorsFile, saveSafetensorsFile } from '@cenote/safetensors/node';
import { generator, nn, rand } from 'cenote';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../src/node/index.js';

const folder = mkdtempSync(join(tmpdir(), 'cenote-cli-'));
const file = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

async function cenote(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

const model = nn.lenet5({ generator: generator(1) });

beforeAll(async () => {
  await saveSafetensorsFile(file('lenet.safetensors'), model.stateDict(), { metadata: { format: 'pt' } });
  expect((await cenote('convert', file('lenet.safetensors'), file('lenet.onnx'), '--model', 'lenet5')).code).toBe(0);
});

describe('inspect', () => {
  test('says what is in a safetensors file', async () => {
    const { code, out } = await cenote('inspect', file('lenet.safetensors'));
    expect(code).toBe(0);
    expect(out).toContain('safetensors: 10 tensors, 61706 elements\n  format  "pt"\n');
    expect(out).toContain('  3.weight   F32  [16, 6, 5, 5]\n');
    const { out: json } = await cenote('inspect', file('lenet.safetensors'), '--json');
    expect(JSON.parse(json)).toMatchObject({ format: 'safetensors', metadata: { format: 'pt' } });
    expect(JSON.parse(json).tensors).toHaveLength(10);
  });

  test('says what is in an ONNX file', async () => {
    const { out } = await cenote('inspect', file('lenet.onnx'));
    expect(out).toContain('inputs\n  input  f32  [batch, 1, 28, 28]\noutputs\n  output  f32  [batch, 10]\n');
    const { out: json } = await cenote('inspect', file('lenet.onnx'), '--json');
    expect(JSON.parse(json)).toMatchObject({ format: 'onnx', opset: 17, operators: { Conv: 2, Gemm: 3 } });
  });
});

describe('run', () => {
  test('computes the same for the same seed', async () => {
    const once = await cenote('run', file('lenet.onnx'), '--batch', '3', '--seed', '7', '--json');
    const again = await cenote('run', file('lenet.onnx'), '--batch', '3', '--seed', '7', '--json');
    const other = await cenote('run', file('lenet.onnx'), '--batch', '3', '--seed', '8', '--json');
    const outputs = (text: string) => JSON.parse(text).outputs;
    expect(outputs(once.out)).toEqual(outputs(again.out));
    expect(outputs(once.out)).not.toEqual(outputs(other.out));
    expect(outputs(once.out)[0]).toMatchObject({ name: 'output', dtype: 'f32', shape: [3, 10] });
    expect(outputs(once.out)[0].largestAt).toHaveLength(3);
    expect((await cenote('run', file('lenet.onnx'))).out).toMatch(
      /^computed in [\d.]+ ms\n {2}output {2}f32 {2}\[1, 10\] {2}-?[\d.]+ to/,
    );
  });

  test('takes inputs from a file, and writes outputs into one', async () => {
    const x = rand([2, 1, 28, 28], { generator: generator(2) });
    await saveSafetensorsFile(file('images.safetensors'), { input: x });
    const { code } = await cenote(
      'run',
      file('lenet.onnx'),
      '--inputs',
      file('images.safetensors'),
      '--output',
      file('logits.safetensors'),
    );
    expect(code).toBe(0);
    await using written = await openSafetensorsFile(file('logits.safetensors'));
    expect((await written.tensor('output')).toArraySync()).toEqual(model.forward(x).toArraySync());
  });
});

describe('convert', () => {
  test('takes the weights out of a model', async () => {
    expect((await cenote('convert', file('lenet.onnx'), file('again.safetensors'))).code).toBe(0);
    await using again = await openSafetensorsFile(file('again.safetensors'));
    expect(nn.lenet5().loadStateDict(await again.stateDict())).toEqual({ missing: [], unexpected: [] });
  });

  test('puts weights elsewhere, in the opset that is asked for', async () => {
    const { code, out } = await cenote(
      'convert',
      file('lenet.safetensors'),
      file('b.onnx'),
      '--model',
      'lenet5-d2l',
      '--opset',
      '13',
      '--external-data',
      'b.data',
      '--json',
    );
    expect([code, JSON.parse(out)]).toEqual([0, { written: [file('b.onnx'), 'b.data'] }]);
    const read = await importOnnxFile(file('b.onnx'));
    expect([read.opset, Object.keys(read.operators)]).toEqual([
      13,
      ['Conv+sigmoid', 'AveragePool', 'Flatten', 'Gemm+sigmoid', 'Gemm'],
    ]);
  });

  test('writes a repository for Triton', async () => {
    const { code } = await cenote(
      'convert',
      file('lenet.safetensors'),
      file('models'),
      '--model',
      'lenet5',
      '--triton',
      'digits',
    );
    expect(code).toBe(0);
    expect(readdirSync(file('models/digits')).toSorted()).toEqual(['1', 'config.pbtxt']);
    expect(readFileSync(file('models/digits/config.pbtxt'), 'utf8')).toContain('name: "digits"');
    expect(existsSync(file('models/digits/1/model.onnx'))).toBe(true);
  });
});

describe('mistakes', () => {
  test.each([
    [['--help'], 0, 'Usage: cenote'],
    [['inspect', '--help'], 0, 'say what is in a file'],
    [['nothing'], 2, "unknown command 'nothing'"],
    [['inspect'], 2, "missing required argument 'file'"],
    [['inspect', 'a.txt'], 2, 'not a file that this command takes. Got a.txt; expected .onnx or .safetensors'],
    [['inspect', 'no.onnx'], 1, 'no.onnx cannot be read'],
    [['inspect', 'no.safetensors'], 1, 'no.safetensors cannot be read'],
    [['run', 'no.onnx', '--batch', '0'], 2, 'A whole number from 1 on is wanted'],
    [['run', 'no.onnx', '--seed', '-1'], 2, 'A whole number from 0 on is wanted'],
    [['run', 'a.safetensors'], 2, 'expected .onnx'],
    [['convert', 'a.safetensors', 'a.onnx'], 2, 'and --model lenet5 or lenet5-d2l'],
    [['convert', 'a.onnx', 'b.onnx'], 2, 'a model is written from weights'],
    [['convert', 'a.safetensors', 'a.onnx', '--model', 'vgg'], 2, 'Allowed choices are lenet5, lenet5-d2l'],
  ])('%j ends with %d', async (argv, code, message) => {
    const result = await cenote(...argv);
    expect(result.out + result.err).toContain(message);
    expect(result.code).toBe(code);
  });

  test('a damaged file, and weights of another network', async () => {
    writeFileSync(file('broken.onnx'), 'no model');
    expect(await cenote('inspect', file('broken.onnx'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('not an ONNX model'),
    });
    await saveSafetensorsFile(file('other.safetensors'), nn.linear(2, 2).stateDict());
    const { code, err } = await cenote('convert', file('other.safetensors'), file('x.onnx'), '--model', 'lenet5');
    expect([code, err]).toEqual([2, expect.stringContaining('the keys are not those of the model')]);
  });
});
