import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { greyPng, keptPng, pixelMap, pixels, signedPng } from '../../src/report/pixels.js';

function decoded(uri: string) {
  const start = 'data:image/png;base64,';
  expect(uri.startsWith(start)).toBe(true);
  return decode(Buffer.from(uri.slice(start.length), 'base64'));
}

/** Red, green and blue of one pixel. */
function rgb(uri: string, index: number): number[] {
  return [...decoded(uri).data.slice(index * 3, index * 3 + 3)];
}

describe('pixelMap', () => {
  it('keeps bytes, also those of a part of a buffer', () => {
    const part = Uint8Array.from([9, 9, 0, 127, 255, 1, 9]).subarray(2, 6);
    const map = pixelMap(part, 2, 2);
    expect(map).toMatchObject({ height: 2, width: 2 });
    expect([...pixels(map)]).toEqual([0, 127, 255, 1]);
  });
});

describe('pictures', () => {
  const map = pixelMap(Uint8Array.from([0, 51, 255, 102, 204, 153]), 2, 3);

  it('are grey with the bytes as they are', () => {
    const png = decoded(greyPng(map));
    expect(png).toMatchObject({ width: 3, height: 2, channels: 1, depth: 8 });
    expect([...png.data]).toEqual([0, 51, 255, 102, 204, 153]);
  });

  it('are black at zero, warm above and cool below, on one scale', () => {
    // From -1 to 4: byte 51 stands for 0, byte 0 for -1, byte 255 for 4.
    const uri = signedPng(map, -1, 4);
    expect(rgb(uri, 1)).toEqual([0, 0, 0]);
    const [red, , blue] = rgb(uri, 2);
    expect(red).toBeGreaterThan(blue);
    const negative = rgb(uri, 0);
    expect(negative[2]).toBeGreaterThan(negative[0]);
    // A quarter of the largest magnitude.
    expect(negative[2] / 255).toBeCloseTo(0.25, 1);
  });

  it('are black where a layer is zero everywhere', () => {
    expect([...decoded(signedPng(pixelMap(new Uint8Array(4), 2, 2), 0, 0)).data]).toEqual(new Array(12).fill(0));
  });

  it('show in colour only what was kept', () => {
    const kept = pixelMap(Uint8Array.from([0, 255, 0, 0, 0, 0]), 2, 3);
    const [red, , blue] = rgb(keptPng(map, kept), 1);
    expect(red).toBeGreaterThan(blue);
    const [dropped, , bluish] = rgb(keptPng(map, kept), 2);
    expect(dropped).toBeLessThan(bluish);
  });
});
