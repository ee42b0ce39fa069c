import { expect, it } from 'vitest';
import { preparePeak } from '../src/worker/floor.js';
import { peakModule } from '../src/worker/peak-module.js';

interface Engine {
  readonly WebAssembly: {
    validate(bytes: Uint8Array): boolean;
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: { peak(rounds: number): number } };
  };
}

const { WebAssembly: engine } = globalThis as unknown as Engine;

it('computes x · 0.5 + 1 on twelve chains, four times a round', () => {
  const { bytes, operations } = peakModule(false);
  const { peak } = new engine.Instance(new engine.Module(bytes)).exports;
  // After four steps from i: i/16 + 1.875; summed over i from 0 to 11.
  expect(peak(1)).toBe(66 / 16 + 12 * 1.875);
  expect(operations).toBe(4 * 12 * 4 * 2);
});

it('is as valid in its relaxed form as the engine lets it be', () => {
  const { bytes } = peakModule(true);
  if (engine.validate(bytes)) {
    const { peak } = new engine.Instance(new engine.Module(bytes)).exports;
    expect(peak(1)).toBe(66 / 16 + 12 * 1.875);
  } else {
    expect(() => preparePeak(true)).toThrow('no relaxed SIMD');
  }
});
