import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import './device.js';
import { type CaseTensor, outputsOf, type PublicCase, tensorOf } from './public-cases.js';

/** Numeric cases from the public test suites of TensorFlow.js, WebNN and NNAPI. They are not part of the repository. */
const folder = new URL('../../../../shared/cases/', import.meta.url);
const files = ['tfjs', 'tfjs-layers', 'webnn-other', 'wpt-webnn'];

/** What does not pass, one by one, with the reason. Each has to fail, so that an entry that is not needed is found. */
const onlyPadding =
  'has a window with nothing but padding in it, which we refuse, as ONNX and PyTorch do not define it';
const noRoot = 'believed wrong at its source: the corners are sums of squares without the square root';
const exceptions: { readonly [id: string]: string } = {
  'tfjs-maxpool-x-2-2-3-f-1-1-s-2-p-1-dimroundingmode-floor': onlyPadding,
  'tfjs-avgpool-x-2-2-3-f-1-1-s-2-p-1-dimroundingmode-floor': onlyPadding,
  'tfjs-pool-max-x-2-2-3-f-1-1-s-2-p-1-fractional-outputs-default-rounding': `${onlyPadding}; believed wrong at its source, which takes it for the identity`,
  'tfjs-pool-avg-x-2-2-3-f-1-1-s-2-p-1-fractional-outputs-default-rounding': `${onlyPadding}; believed wrong at its source, which takes it for the identity`,
  'tfjs-maxpool-x-2-2-3-f-2-2-s-3-p-1-dimroundingmode-round': onlyPadding,
  'tfjs-maxpool-x-2-2-3-f-2-2-s-3-p-1-dimroundingmode-ceil': `${onlyPadding}: its ceil keeps a last window that starts in the padding`,
  'tfjs-avgpool-x-2-2-3-f-2-2-s-3-p-1-dimroundingmode-round': onlyPadding,
  'tfjs-avgpool-x-2-2-3-f-2-2-s-3-p-1-dimroundingmode-ceil': `${onlyPadding}: its ceil keeps a last window that starts in the padding`,
  'tfjs-pool-max-x-3-3-1-f-3-3-s-3-d-1-p-explicit-dimroundingmode-ceil': `${onlyPadding}: its ceil keeps a last window that starts in the padding`,
  'tfjs-pool-avg-x-3-3-1-f-3-3-s-3-d-1-p-explicit-dimroundingmode-ceil': `${onlyPadding}: its ceil keeps a last window that starts in the padding`,
  'tfjs-avgpool-gradient-x-3-3-1-f-3-3-s-1-p-explicit':
    'believed wrong at its source: its gradient divides by the whole window, its average by the taps inside the input',
  'tfjs-avgpool3d-x-1-1-1-1-1-f-1-1-3-s-1-p-valid':
    'a window larger than its input gives an empty tensor there; an error here, in PyTorch and in ONNX',
  'tfjs-avgpool3d-x-1-1-1-1-1-f-2-2-2-s-1-p-2': `${onlyPadding}; its 3d gives 0 for it, its 2d NaN`,
  'wpt-l2pool2d-options-roundingtype-ceil': noRoot,
  'wpt-l2pool2d-options-outputsizes-ignores-options-roundingtype-floor': noRoot,
};

function readCases(file: string): readonly PublicCase[] {
  return gunzipSync(readFileSync(new URL(`${file}.jsonl.gz`, folder)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line): PublicCase => JSON.parse(line));
}

function check({ shape, data }: CaseTensor, actual: ReturnType<typeof tensorOf>, abs: number, rel: number): void {
  expect(actual.shape).toEqual(shape);
  if (data === null) return;
  const values = actual.dataSync();
  for (const [i, text] of data.entries()) {
    const value = Number(values[i]);
    // Decimals there stand for the nearest f32.
    const goal = Math.fround(Number(text));
    const same = value === goal || (Number.isNaN(value) && Number.isNaN(goal));
    if (!same && !(Math.abs(value - goal) <= abs + rel * Math.abs(goal))) {
      expect.fail(`element ${i} is ${value}; expected ${goal}`);
    }
  }
}

function verify(one: PublicCase): void {
  const x = tensorOf(one.inputs[0], one.grads !== undefined);
  const outputs = outputsOf(one, x);
  const { tol, grads } = one;
  for (const [i, expected] of one.outputs.entries()) check(expected, outputs[i], tol.abs, tol.rel);
  if (!grads) return;
  outputs[0].backward(tensorOf(grads.upstream[0]));
  if (!x.grad) throw new Error('no gradient');
  check(grads.inputs[0], x.grad, tol.gabs ?? tol.abs, tol.grel ?? tol.rel);
}

if (!existsSync(folder)) {
  test('the public cases', (context) => context.skip('needs the folder shared/cases beside the repository'));
} else {
  describe.each(files)('public cases of %s', (file) => {
    const cases = readCases(file);

    it.each(cases.filter(({ id }) => !(id in exceptions)).map((one) => [one.id, one] as const))('%s', (_, one) => {
      verify(one);
    });

    it.each(cases.filter(({ id }) => id in exceptions).map((one) => [one.id, one] as const))(
      '%s does not pass, as is said',
      (_, one) => {
        expect(() => verify(one)).toThrow();
      },
    );
  });

  test('every exception is a case', () => {
    const ids = new Set(files.flatMap((file) => readCases(file).map(({ id }) => id)));
    expect(Object.keys(exceptions).filter((id) => !ids.has(id))).toEqual([]);
  });
}
