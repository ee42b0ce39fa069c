// What this package needs of its surroundings, of which neither Node's nor the browser's types may be assumed: this is
// the one place that names it.

/** The size of a WebAssembly page. */
export const pageBytes = 2 ** 16;

/** A WebAssembly memory. */
export interface LinearMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

/** A compiled WebAssembly module; it can be sent to a worker. */
export interface CompiledModule {
  readonly [Symbol.toStringTag]: string;
}

/** What a kernel is: see assembly/arguments.ts. */
export type KernelFunction = (block: number, begin: number, end: number, scratch: number) => void;

interface Platform {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CompiledModule;
    readonly Instance: new (
      module: CompiledModule,
      imports: { readonly env: { readonly memory: LinearMemory } },
    ) => { readonly exports: Readonly<Record<string, KernelFunction>> };
    readonly Memory: new (limits: {
      readonly initial: number;
      readonly maximum: number;
      readonly shared: boolean;
    }) => LinearMemory;
    validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  };
  readonly SharedArrayBuffer?: unknown;
  /** Of browsers: whether shared memory may be used. */
  readonly crossOriginIsolated?: boolean;
  readonly TextEncoder?: new () => { encodeInto(text: string, target: Uint8Array<ArrayBufferLike>): unknown };
  readonly atob?: (text: string) => string;
  readonly console?: { warn(message: string): void };
}

// Its own type is whatever the program that we are compiled into has for globals: Node's, the browser's, or none.
const surroundings: object = globalThis;

/** The surroundings; what is missing there is `undefined`. */
export const platform: Platform = surroundings;

/** Whether threads can see one memory: always in Node and Deno, on cross-origin isolated pages in a browser. */
export function canShareMemory(): boolean {
  return platform.SharedArrayBuffer !== undefined && platform.crossOriginIsolated !== false;
}

/**
 * A new memory. Engines that cannot reserve as much as asked for (32-bit ones, phones) get a smaller limit.
 *
 * @param options Whether it is shared, and the largest size to ask for, in bytes.
 */
export function newMemory(options: { readonly shared: boolean; readonly maximumBytes: number }): {
  readonly memory: LinearMemory;
  readonly maximumBytes: number;
} {
  const { WebAssembly } = platform;
  if (WebAssembly === undefined) throw new Error('no WebAssembly');
  for (let maximum = Math.floor(options.maximumBytes / pageBytes); ; maximum = Math.floor(maximum / 2)) {
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum, shared: options.shared });
      return { memory, maximumBytes: maximum * pageBytes };
    } catch (error) {
      if (maximum < 2) throw error;
    }
  }
}
