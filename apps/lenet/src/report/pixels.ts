import { encode } from 'fast-png';
import type { PixelMap } from '../result.js';

/** Bytes of a map, row by row. */
export function pixels(map: PixelMap): Uint8Array {
  return new Uint8Array(Buffer.from(map.bytes, 'base64'));
}

/** A map of bytes, as it is kept in a result. */
export function pixelMap(bytes: Uint8Array, height: number, width: number): PixelMap {
  return { height, width, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}

function dataUri(width: number, height: number, channels: 1 | 3, data: Uint8Array): string {
  const png = encode({ width, height, data, channels, depth: 8 }, { zlib: { level: 9 } });
  return `data:image/png;base64,${Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64')}`;
}

/** Black for the smallest value, white for the largest. */
export function greyPng(map: PixelMap): string {
  return dataUri(map.width, map.height, 1, pixels(map));
}

type Color = readonly [red: number, green: number, blue: number];

/** Colours on either side of black, of about the same lightness. */
const warm: Color = [255, 178, 92];
const cool: Color = [92, 190, 255];

function colored(map: PixelMap, colorOf: (byte: number, index: number) => readonly [Color, number]): string {
  const bytes = pixels(map);
  const data = new Uint8Array(bytes.length * 3);
  bytes.forEach((byte, index) => {
    const [color, strength] = colorOf(byte, index);
    for (let channel = 0; channel < 3; channel++) data[index * 3 + channel] = Math.round(color[channel] * strength);
  });
  return dataUri(map.width, map.height, 3, data);
}

/**
 * Black for zero, warm above it, cool below, with one scale for both sides.
 *
 * @param low What byte 0 stands for.
 * @param high What byte 255 stands for.
 */
export function signedPng(map: PixelMap, low: number, high: number): string {
  const most = Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE);
  return colored(map, (byte) => {
    const value = low + (byte / 255) * (high - low);
    return [value < 0 ? cool : warm, Math.abs(value) / most];
  });
}

const grey: Color = [150, 170, 178];

/** What a pooling lets through in colour, the rest in dim grey. */
export function keptPng(map: PixelMap, kept: PixelMap): string {
  const share = pixels(kept);
  return colored(map, (byte, index) =>
    share[index] > 0 ? [warm, 0.22 + 0.78 * (byte / 255)] : [grey, 0.08 + 0.4 * (byte / 255)],
  );
}
