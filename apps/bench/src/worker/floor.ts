import { peakModule } from './peak-module.js';

/** What is used of `WebAssembly`, which Node's types know as a name only. */
interface Engine {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: { readonly peak: (rounds: number) => number } };
}

const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly: Engine };

/** A copy by `Float32Array.set` between two buffers that the system has already given us. */
export function prepareCopy(bytes: number): { run(): void } {
  const elements = Math.ceil(bytes / 4);
  const from = new Float32Array(elements).fill(1);
  const to = new Float32Array(elements).fill(2);
  return { run: () => to.set(from) };
}

/** Rounds of the loop in one call: long enough for the call itself not to count. */
const rounds = 200_000;

/**
 * Multiplications and additions of four f32 at a time that wait for nothing but themselves.
 *
 * @param relaxed One instruction for both, where the engine may.
 * @throws Error where the engine does not know the instructions.
 */
export function preparePeak(relaxed: boolean): { run(): void; readonly operations: number } {
  const { bytes, operations } = peakModule(relaxed);
  if (!engine.validate(bytes)) {
    throw new Error(relaxed ? 'this engine has no relaxed SIMD' : 'this engine has no SIMD');
  }
  const { peak } = new engine.Instance(new engine.Module(bytes)).exports;
  return {
    run: () => {
      peak(rounds);
    },
    operations: operations * rounds,
  };
}
