import { describe, expect, it } from 'vitest';
import { Generator, generator } from '../src/generator.js';
import { inverseNormal } from '../src/normal.js';
import { philox4x32 } from '../src/philox.js';

describe('philox4x32', () => {
  // Known-answer vectors published with the Random123 library.
  it.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('maps counter %s with key %s to %s', (counter, key, expected) => {
    const words = (text: string) => Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));
    const output = new Uint32Array(4);
    philox4x32(words(counter), words(key), output);
    expect([...output].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(expected);
  });
});

describe('inverseNormal', () => {
  it('agrees with the quantiles of the normal distribution to 1e-15 relative', () => {
    // Python's statistics.NormalDist().inv_cdf.
    const known: [number, number][] = [
      [0.5, 0],
      [0.975, 1.9599639845400536],
      [0.025, -1.9599639845400538],
      [0.2, -0.8416212335729142],
      [0.9, 1.2815515655446008],
      [0.001, -3.090232306167813],
      [1e-10, -6.361340902404056],
      [1e-16, -8.222082216130435],
      [1e-300, -37.0470962993612],
    ];
    for (const [probability, expected] of known) {
      const tolerance = 2e-15 * Math.abs(expected);
      expect(Math.abs(inverseNormal(probability) - expected)).toBeLessThanOrEqual(tolerance);
    }
  });
});

describe('Generator', () => {
  it('gives pinned numbers for a seed', () => {
    const random = generator(42);
    expect([
      random.bits32(),
      random.bits32(),
      random.uniform(),
      random.normal(),
      random.integer(0, 10),
    ]).toMatchInlineSnapshot(`
      [
        2632642643,
        2012563771,
        0.07323173687503892,
        2.2482116571565154,
        4,
      ]
    `);
  });

  it('goes on from a saved state, also in the middle of a block', () => {
    const random = generator(7, 3);
    for (let count = 0; count < 5; count++) random.bits32();
    const copy = Generator.restore(JSON.parse(JSON.stringify(random.state())));
    expect(Array.from({ length: 9 }, () => copy.bits32())).toEqual(Array.from({ length: 9 }, () => random.bits32()));
  });

  it('has independent streams', () => {
    expect(generator(1, 0).bits53()).not.toBe(generator(1, 1).bits53());
    expect(generator(1).split().bits53()).not.toBe(generator(1).bits53());
  });

  it('is uniform and normal enough', () => {
    const random = generator(3);
    let sum = 0;
    let sumOfSquares = 0;
    let uniforms = 0;
    const count = 50_000;
    for (let index = 0; index < count; index++) {
      const value = random.normal();
      sum += value;
      sumOfSquares += value * value;
      uniforms += random.uniform();
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.02);
    expect(Math.abs(sumOfSquares / count - 1)).toBeLessThan(0.03);
    expect(Math.abs(uniforms / count - 0.5)).toBeLessThan(0.01);
  });

  it('draws whole numbers without the bias of a remainder', () => {
    // Of 2^32 numbers modulo 3 · 2^30, a third of the range would come twice as often: half of all draws, not a third.
    const random = generator(9);
    let low = 0;
    for (let draw = 0; draw < 9000; draw++) if (random.integer(0, 3 * 2 ** 30) < 2 ** 30) low++;
    expect(Math.abs(low - 3000)).toBeLessThan(300);
  });

  it('permutes', () => {
    const order = generator(5).permutation(100);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('refuses seeds and bounds that are not whole numbers', () => {
    expect(() => generator(-1)).toThrow('generator: seed is not a whole number. Got -1; expected');
    expect(() => generator(0.5)).toThrow('seed');
    expect(() => generator(1).integer(3, 3)).toThrow('Generator.integer: bounds are not a range of whole numbers');
  });
});
