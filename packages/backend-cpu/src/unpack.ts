import { moduleEnds, packedModules, unpackModule } from './generated/modules.js';
import { pageBytes, platform } from './platform.js';

/** How much memory assembly/unpack.ts wants to itself. */
const tableBytes = 26624;

/** Goes on unpacking up to this byte, and returns all that was unpacked so far. */
type Unpack = (end: number) => Uint8Array<ArrayBufferLike>;

let unpack: Unpack | undefined;

/**
 * The bytes of a module: a copy, which may be changed. Modules are packed tighter than a web server would (scripts/pack.mjs),
 * one after the other, and are unpacked in this order, each when it is needed first.
 *
 * @throws What the engine throws where it does not compile WebAssembly.
 */
export function moduleBytes(name: keyof typeof moduleEnds): Uint8Array<ArrayBuffer> {
  unpack ??= unpacker(packedModules, moduleEnds.scalar.end);
  const { end } = moduleEnds[name];
  return new Uint8Array(unpack(end)).slice(name === 'simd' ? 0 : moduleEnds.simd.end, end);
}

/**
 * Unpacks text that scripts/pack.mjs wrote. That is itself done in WebAssembly, by a module of half a kilobyte, because JavaScript is
 * slow when it starts.
 *
 * @param byteLength How many bytes were packed.
 * @throws What the engine throws where it does not compile WebAssembly.
 */
export function unpacker(text: string, byteLength: number): Unpack {
  const { WebAssembly, TextEncoder } = platform;
  if (WebAssembly === undefined || TextEncoder === undefined) throw new Error('an engine without it');
  const start = tableBytes + text.length + 2;
  const pages = Math.ceil((start + byteLength) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: false });
  const bytes = new Uint8Array(memory.buffer);
  new TextEncoder().encodeInto(text, bytes.subarray(tableBytes));
  const module = new WebAssembly.Module(bytesOf(unpackModule));
  const { unpack: readUntil } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  return (end) => {
    readUntil(tableBytes, start, start + end, 0);
    return bytes.subarray(start, start + end);
  };
}

/** Bytes that were written in base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  // Deno, browsers and Node all have atob; where it is missing, what comes of it is refused.
  return Uint8Array.from(platform.atob?.(base64) ?? '', (character) => character.charCodeAt(0));
}
