import { conv2d, maxPool2d, ones, scope, shape, type Tensor, zeros } from 'cenote';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  analyse,
  extentOf,
  type Layer,
  layerNumbers,
  networkText,
  parseNetwork,
  pathsOf,
  presetNames,
  presets,
} from '../src/figures/receptive-field/model.js';
import { pictureOf } from '../src/figures/receptive-field/picture.js';

describe('the presets', () => {
  const last = (name: (typeof presetNames)[number]) => {
    const { levels, error } = analyse(presets[name]);
    expect(error).toBeNull();
    const { size, field } = levels[levels.length - 1];
    return [size, field.size, field.jump, field.start];
  };

  test('have the receptive fields of the literature', () => {
    // Araujo, Norris and Sim, Distill 2019, for AlexNet (195, 32); the others follow from its recurrence by hand.
    expect(last('lenet')).toEqual([5, 16, 4, -2]);
    expect(last('alexnet')).toEqual([6, 195, 32, -66]);
    expect(last('vgg')).toEqual([28, 44, 8, -18]);
    expect(last('dilated')).toEqual([64, 31, 1, -15]);
  });

  test.each(presetNames)('%s survives the address', (name) => {
    expect(parseNetwork(networkText(presets[name]))).toEqual(presets[name]);
  });
});

const layer: fc.Arbitrary<Layer> = fc.record({
  kind: fc.constantFrom('conv', 'pool'),
  kernelSize: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 2 }),
  dilation: fc.integer({ min: 1, max: 3 }),
});

/** How often each input of a stack of convolutions of ones counts in one output, by differentiation. */
function gradientOf(layers: readonly Layer[], size: number, output: number): readonly number[] {
  return scope(() => {
    const x: Tensor = zeros([1, 1, size], { requiresGrad: true, dtype: 'f64' });
    let y: Tensor = x.unsqueeze(2);
    for (const { kernelSize, stride, padding, dilation } of layers) {
      const weight = ones([1, 1, 1, kernelSize], { dtype: 'f64' });
      y = conv2d(y, weight, null, { stride: [1, stride], padding: [0, padding], dilation: [1, dilation] });
    }
    y.reshape([-1])
      .slice([[output, output + 1]])
      .sum()
      .backward();
    return Array.from(x.grad?.dataSync() ?? [], Number);
  });
}

describe('the ways from an output to the picture', () => {
  test('are what a gradient says of a stack of convolutions with weights of 1', () => {
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 3 }), fc.nat(), (drawn, choice) => {
        const layers = drawn.map((one): Layer => ({ ...one, kind: 'conv' }));
        const { levels, error } = analyse({ size: 28, layers });
        fc.pre(error === null);
        const output = choice % levels[levels.length - 1].size;
        expect(pathsOf(levels, output)[0]).toEqual(gradientOf(layers, 28, output));
      }),
      { numRuns: 60 },
    );
  });

  test('reach as far as the library says', () => {
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), fc.nat(), (layers, choice) => {
        const { levels } = analyse({ size: 64, layers });
        fc.pre(levels.length > 0);
        const output = choice % levels[levels.length - 1].size;
        const windows = levels.map(({ window }) => window);
        for (const [plane, ways] of pathsOf(levels, output).slice(0, -1).entries()) {
          expect(extentOf(ways) ?? { start: 0, end: 0 }).toEqual(shape.visibleRange(windows.slice(plane), output));
        }
      }),
    );
  });
});

describe('a stack that does not fit', () => {
  test("keeps what does, and has the library's words on the rest", () => {
    const { levels, error } = analyse({ size: 28, layers: [...presets.lenet.layers, ...presets.alexnet.layers] });
    expect(levels).toHaveLength(4);
    expect(error).toMatch(/^conv2d: window larger than the padded input on axis H\. Got kernelSize 11, padded input 9/);
  });

  test('is refused by the address beyond the limits', () => {
    for (const text of ['', '28', '29:c3.1.1.1', '28:x3.1.1.1', '28:c3.1.1', '28:c12.1.1.1', '28:c3.0.1.1']) {
      expect(parseNetwork(text)).toBeNull();
    }
    expect(parseNetwork(`28:c3.1.1.${layerNumbers.dilation[1]}`)).not.toBeNull();
    expect(parseNetwork(`28:${Array(15).fill('c3.1.1.1').join('-')}`)).toBeNull();
  });

  test('pooling refuses padding that a convolution may have', () => {
    const padded = { kernelSize: 2, stride: 2, padding: 2, dilation: 1 } as const;
    expect(analyse({ size: 28, layers: [{ kind: 'conv', ...padded }] }).error).toBeNull();
    const input: Tensor = ones([1, 28, 28]);
    expect(() => maxPool2d(input, 2, { padding: 2 })).toThrow(
      String(analyse({ size: 28, layers: [{ kind: 'pool', ...padded }] }).error),
    );
  });
});

test.each([28, 64])('the picture of %i pixels uses most of the greys', (size) => {
  const { pixels } = pictureOf(size);
  expect(pixels).toHaveLength(size * size);
  expect(Math.max(...pixels) - Math.min(...pixels)).toBeGreaterThan(120);
});
