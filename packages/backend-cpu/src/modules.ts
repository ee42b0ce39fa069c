import { CenoteError } from '@cenote/shape';
import { moduleEnds, multiplyAdds } from './generated/modules.js';
import type { Target } from './plan.js';
import { type CompiledModule, type KernelFunction, type LinearMemory, platform } from './platform.js';
import { bytesOf, moduleBytes } from './unpack.js';

/** What a module exports. */
export type Functions = Readonly<Record<string, KernelFunction>>;

/** The module with vectors. */
export interface SimdModule {
  readonly module: CompiledModule;
  /** Whether it multiplies and adds with relaxed SIMD. */
  readonly isRelaxed: boolean;
}

/**
 * The module that needs nothing special of the engine.
 *
 * @param shared Whether the memory will be shared: a module says in its import which kind it takes.
 * @throws CenoteError `UNSUPPORTED` where WebAssembly is missing or not allowed.
 */
export function compileScalar(shared: boolean): CompiledModule {
  return compile(() => readModule('scalar', shared));
}

/**
 * The module with vectors, or `null` where they are not wanted or the engine has none.
 *
 * @param shared As above.
 * @param wanted What to use where the engine has it.
 * @throws As above.
 */
export function compileSimd(shared: boolean, wanted: readonly Target[]): SimdModule | null {
  // The engine that does not know an instruction refuses a module as a whole.
  if (!wanted.includes('simd') || !knows(vectorInstruction)) return null;
  const isRelaxed = wanted.includes('relaxed') && knows(relaxedInstruction);
  const module = compile(() => {
    const bytes = readModule('simd', shared);
    if (isRelaxed) relax(bytes);
    return bytes;
  });
  return { module, isRelaxed };
}

/** Modules of one function with one instruction: `i8x16.popcnt`, and `f32x4.relaxed_madd`. */
const vectorInstruction = 'AGFzbQEAAAABBAFgAAADAgEACgsBCQEBeyAA/WIaCw==';
const relaxedInstruction = 'AGFzbQEAAAABBAFgAAADAgEAChABDgEBeyAAIAAgAP2FAhoL';

function knows(module: string): boolean {
  return platform.WebAssembly?.validate(bytesOf(module)) === true;
}

function compile(bytes: () => Uint8Array<ArrayBuffer>): CompiledModule {
  const { WebAssembly } = platform;
  if (WebAssembly === undefined) throw unsupported('there is no WebAssembly here', undefined);
  try {
    return new WebAssembly.Module(bytes());
  } catch (cause) {
    throw unsupported('the engine refuses to compile WebAssembly', cause);
  }
}

/** The functions of an instance of a module over a memory. */
export function instantiate(module: CompiledModule, memory: LinearMemory): Functions {
  const { WebAssembly } = platform;
  return WebAssembly === undefined ? {} : new WebAssembly.Instance(module, { env: { memory } }).exports;
}

function readModule(name: keyof typeof moduleEnds, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = moduleBytes(name);
  // 1: a minimum and a maximum; 3: the same, shared.
  if (shared) bytes[moduleEnds[name].memoryFlag] = 3;
  return bytes;
}

/**
 * Makes one instruction of multiplications whose product is then added to a local: `f32x4.mul`, `local.get`, `f32x4.add`
 * become nothing, `local.get`, `f32x4.relaxed_madd`. `build-kernels.mjs` has found where they are.
 */
function relax(bytes: Uint8Array): void {
  for (const at of multiplyAdds) {
    bytes.fill(1, at, at + 3);
    bytes.set([0x85, 0x02], at + 6);
  }
}

function unsupported(what: string, cause: unknown): CenoteError {
  return new CenoteError({
    code: 'UNSUPPORTED',
    op: 'cpuBackend',
    what,
    got: cause instanceof Error ? cause.message : 'an engine without it',
    expected: 'an engine that compiles WebAssembly',
    hint: "Where a content security policy forbids it, add 'wasm-unsafe-eval' to script-src",
    cause,
  });
}
