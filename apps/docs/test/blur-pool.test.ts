import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  change,
  changes,
  consistency,
  halve,
  type Method,
  methods,
  type SignalName,
  shifted,
  signals,
} from '../src/figures/blur-pool/model.js';

describe('halving a signal', () => {
  test("Zhang's pairs: the maximum keeps their contrast or loses all of it, the blur keeps a part", () => {
    // R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019, figure 2, at a height of 4 in the place of 1.
    const moved = shifted(signals.pairs, 1);
    expect(halve('max', signals.pairs)).toEqual([0, 4, 0, 4, 0, 4, 0, 4]);
    expect(halve('max', moved)).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
    expect(halve('blur', signals.pairs)).toEqual([2, 4, 2, 4, 2, 4, 2, 4]);
    expect(halve('blur', moved)).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
  });

  test('the polyphase components change places, no more', () => {
    const moved = shifted(signals.pairs, 1);
    expect(halve('polyphase', signals.pairs)).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
    expect(halve('polyphase', moved)).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
  });

  test('a shift wraps around', () => {
    expect(shifted([1, 2, 3, 4], 1)).toEqual([4, 1, 2, 3]);
    expect(shifted([1, 2, 3, 4], 4)).toEqual([1, 2, 3, 4]);
  });
});

describe('how much an output changes', () => {
  test('not at all when it only moves', () => {
    expect(change([1, 2, 3], [3, 1, 2])).toBe(0);
    expect(change([0, 0], [0, 0])).toBe(0);
  });

  test('by its distance, relative to its length', () => {
    expect(change([3, 4], [0, 4])).toBeCloseTo(0.6);
  });

  test('even shifts change nothing, whatever the method', () => {
    for (const signal of Object.values(signals)) {
      for (const method of methods) {
        const even = changes(method, signal).filter((_, shift) => shift % 2 === 0);
        for (const amount of even) expect(amount).toBeLessThan(1e-6);
      }
    }
  });

  test('odd shifts change nothing under polyphase sampling, unless two components have the same norm', () => {
    const elements = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 16, maxLength: 16 });
    const energy = (signal: readonly number[], phase: number) =>
      signal.reduce((total, value, index) => {
        const largest = Math.max(value, signal[(index + 1) % signal.length]);
        return index % 2 === phase ? total + largest ** 2 : total;
      }, 0);
    fc.assert(
      fc.property(elements, fc.integer({ min: 0, max: 16 }), (signal, shift) => {
        fc.pre(energy(signal, 0) !== energy(signal, 1));
        expect(change(halve('polyphase', signal), halve('polyphase', shifted(signal, shift)))).toBe(0);
      }),
    );
  });

  test('less under the blur than under the maximum, except for a lone spike', () => {
    const largest = (method: Method, name: SignalName) => Math.max(...changes(method, signals[name]));
    for (const name of ['pairs', 'hill', 'noise'] as const) {
      expect(largest('blur', name)).toBeLessThan(largest('max', name));
    }
    // The maximum of a window does not tell where in the window the spike is; a mean does.
    expect(largest('max', 'spike')).toBe(0);
    expect(largest('blur', 'spike')).toBeGreaterThan(0.4);
  });
});

describe('shift consistency', () => {
  test('is what the guide to these layers prints', async () => {
    const measured = [];
    for (const method of methods) {
      measured.push([method, (await consistency(method, { maxShift: 15, seed: 1 })).toFixed(2)]);
    }
    expect(measured).toEqual([
      ['max', '0.66'],
      ['average', '0.88'],
      ['blur', '0.99'],
      ['polyphase', '1.00'],
    ]);
  });

  test('polyphase sampling is perfect for other weights and pictures, too', async () => {
    for (const seed of [2, 3]) expect(await consistency('polyphase', { maxShift: 15, seed })).toBe(1);
  });
});
