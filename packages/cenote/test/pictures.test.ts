import { fileURLToPath } from 'node:url';
import { fromImage, zeros } from 'cenote';
import { expect, test } from 'vitest';
import { bundleForBrowser } from '../../../tooling/browser/bundle.js';
import { findChromium, launchChromium } from '../../../tooling/browser/chromium.js';
import { pageReport } from '../../../tooling/browser/page-report.js';
import { missing } from '../../../tooling/vitest/missing.js';
import type { PageReport } from './browser/pictures-page.js';

test('pictures go to the GPU and back onto canvases', { timeout: 120_000 }, async (context) => {
  const path = findChromium();
  if (path === null) missing(context, 'Chromium (Debian: chromium)');
  const program = await bundleForBrowser(fileURLToPath(new URL('browser/pictures-page.ts', import.meta.url)));
  const files = new Map([
    ['/page.html', '<!doctype html><title>Cenote</title><script type="module" src="/program.js"></script>'],
    ['/program.js', program],
  ]);
  const browser = await launchChromium(path, { canvases: true });
  try {
    const { report } = await pageReport<PageReport>(browser, files, { isolated: false }, '/page.html', 60_000);
    expect(report.error).toBeUndefined();
    const red = [255, 0, 0, 0, 255, 255];
    const green = [0, 255, 0, 0, 255, 128];
    const blue = [0, 0, 255, 0, 255, 0];
    const planes = { shape: [3, 2, 3], bytes: [...red, ...green, ...blue] };
    expect(report.planes.canvas).toEqual(planes);
    expect(report.planes.bitmap).toEqual(planes);
    expect(report.planes.frame.shape).toEqual([3, 2, 3]);
    expect(report.drawn).toEqual(red.flatMap((_, i) => [red[i], green[i], blue[i], 255]));
    const greys = red.map((_, i) => Math.round(0.299 * red[i] + 0.587 * green[i] + 0.114 * blue[i]));
    expect(report.grey).toEqual(greys.flatMap((value) => [value, value, value, 255]));
    expect(report.bufferSize).toBeGreaterThanOrEqual(72);
    expect(report.errors).toEqual([
      'fromImage: the device is no GPU',
      'toCanvas: the device is no GPU',
      'toCanvas: not the shape of a picture',
      'toCanvas: the canvas gives no WebGPU context',
      'fromImage: the picture is empty',
    ]);
  } finally {
    await browser.close();
  }
});

test('a device that is no GPU is refused', () => {
  expect(() => fromImage({ width: 1, height: 1 }, { device: zeros([1]).device })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED' }) as Error,
  );
});
