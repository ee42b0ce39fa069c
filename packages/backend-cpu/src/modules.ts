import { CenoteError } from '@cenote/shape';
import { encodedModules } from './generated/modules.js';
import { decodeModule } from './module-text.js';
import type { Target } from './plan.js';
import { type CompiledModule, type KernelFunction, type LinearMemory, platform } from './platform.js';

/** The functions of the modules that the engine can run; `null` for those that it cannot. */
export type Functions = { readonly [T in Target]: Readonly<Record<string, KernelFunction>> | null };

/** The compiled modules, as they are sent to threads. */
export type CompiledModules = { readonly [T in Target]: CompiledModule | null };

const targets: readonly Target[] = ['scalar', 'simd', 'relaxed'];

/**
 * Compiles what the engine can run.
 *
 * @param shared Whether the memory will be shared: a module says in its import which kind it takes.
 * @param wanted The targets to consider.
 * @throws CenoteError `UNSUPPORTED` where WebAssembly is missing or not allowed.
 */
export function compileModules(shared: boolean, wanted: ReadonlySet<Target>): CompiledModules {
  const compiled: Record<Target, CompiledModule | null> = { scalar: null, simd: null, relaxed: null };
  for (const target of targets) {
    if (target === 'scalar' || wanted.has(target)) compiled[target] = compileModule(target, shared);
  }
  return compiled;
}

/** Instances of compiled modules over one memory. */
export function instantiate(modules: CompiledModules, memory: LinearMemory): Functions {
  const functions: Record<Target, Readonly<Record<string, KernelFunction>> | null> = {
    scalar: null,
    simd: null,
    relaxed: null,
  };
  for (const target of targets) {
    const module = modules[target];
    if (module === null || platform.WebAssembly === undefined) continue;
    functions[target] = new platform.WebAssembly.Instance(module, { env: { memory } }).exports;
  }
  return functions;
}

function compileModule(target: Target, shared: boolean): CompiledModule | null {
  const { WebAssembly } = platform;
  if (WebAssembly === undefined) throw unsupported('there is no WebAssembly here', undefined);
  const { text, memoryFlag } = encodedModules[target];
  const bytes = decodeModule(text);
  // 1: a minimum and a maximum; 3: the same, shared.
  if (shared) bytes[memoryFlag] = 3;
  // The engine that does not know an instruction refuses the module as a whole. The scalar one has nothing special.
  if (target !== 'scalar' && !WebAssembly.validate(bytes)) return null;
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw unsupported('the engine refuses to compile WebAssembly', cause);
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
