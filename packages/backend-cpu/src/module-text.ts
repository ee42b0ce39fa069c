import { byteOrder } from './generated/modules.js';
import { platform } from './platform.js';

/** Printable ASCII but for quotes, backquote, dollar and backslash, which literals would have to escape. */
const alphabet = Array.from({ length: 95 }, (_, index) => 32 + index).filter(
  (code) => code !== 34 && code !== 36 && code !== 39 && code !== 92 && code !== 96,
);

/** The last two characters of the alphabet announce a second one. */
const singles = alphabet.length - 2;

/**
 * The bytes of a module that `build-kernels.mjs` wrote as text: one character for each of the more frequent byte values, two
 * for the others. Text of this kind compresses as well as the bytes do, which base64 does not.
 */
export function decodeModule(text: string): Uint8Array<ArrayBuffer> {
  // Deno, browsers and Node all have atob; without it there is no order, and the module is refused.
  const order = platform.atob?.(byteOrder) ?? '';
  const rankOf = new Uint8Array(128);
  for (const [rank, code] of alphabet.entries()) rankOf[code] = rank;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let rank = rankOf[text.charCodeAt(at)];
    if (rank >= singles) rank = singles + (rank - singles) * alphabet.length + rankOf[text.charCodeAt(++at)];
    bytes[length++] = order.charCodeAt(rank);
  }
  return bytes.slice(0, length);
}
