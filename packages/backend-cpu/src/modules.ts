import { CenoteError } from '@cenote/shape';
import { encodedModules, multiplyAdds } from './generated/modules.js';
import { decodeModule } from './module-text.js';
import type { Target } from './plan.js';
import { type CompiledModule, type KernelFunction, type LinearMemory, platform } from './platform.js';

/** What a module exports. */
export type Functions = Readonly<Record<string, KernelFunction>>;

/** What the engine can run. */
export interface CompiledModules {
  /** The scalar module, and that with vectors where they are wanted and there. */
  readonly modules: readonly CompiledModule[];
  /** Whether the second multiplies and adds with relaxed SIMD. */
  readonly isRelaxed: boolean;
}

/**
 * Compiles what the engine can run.
 *
 * @param shared Whether the memory will be shared: a module says in its import which kind it takes.
 * @param wanted What to use where the engine has it.
 * @throws CenoteError `UNSUPPORTED` where WebAssembly is missing or not allowed.
 */
export function compileModules(shared: boolean, wanted: readonly Target[]): CompiledModules {
  const { WebAssembly } = platform;
  if (WebAssembly === undefined) throw unsupported('there is no WebAssembly here', undefined);
  const compile = (bytes: Uint8Array<ArrayBuffer>) => {
    try {
      return new WebAssembly.Module(bytes);
    } catch (cause) {
      throw unsupported('the engine refuses to compile WebAssembly', cause);
    }
  };
  const scalar = compile(moduleBytes('scalar', shared));
  // The engine that does not know an instruction refuses the module as a whole. The scalar one has nothing special.
  for (const isRelaxed of [true, false]) {
    if (!wanted.includes('simd') || (isRelaxed && !wanted.includes('relaxed'))) continue;
    const bytes = moduleBytes('simd', shared);
    if (isRelaxed) relax(bytes);
    if (WebAssembly.validate(bytes)) return { modules: [scalar, compile(bytes)], isRelaxed };
  }
  return { modules: [scalar], isRelaxed: false };
}

/** The functions of an instance of a module over a memory. */
export function instantiate(module: CompiledModule, memory: LinearMemory): Functions {
  const { WebAssembly } = platform;
  return WebAssembly === undefined ? {} : new WebAssembly.Instance(module, { env: { memory } }).exports;
}

function moduleBytes(name: 'scalar' | 'simd', shared: boolean): Uint8Array<ArrayBuffer> {
  const { text, memoryFlag } = encodedModules[name];
  const bytes = decodeModule(text);
  // 1: a minimum and a maximum; 3: the same, shared.
  if (shared) bytes[memoryFlag] = 3;
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
