import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

export type { Browser };

/** Where Chromium usually is; `CENOTE_CHROMIUM` names another place. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a Chromium on this machine, or `null`. */
export function findChromium(): string | null {
  const named = process.env.CENOTE_CHROMIUM;
  return [...(named === undefined ? [] : [named]), ...places].find((path) => existsSync(path)) ?? null;
}

/**
 * Starts a headless Chromium that talks to nobody but the pages it is given.
 *
 * @param executablePath from {@link findChromium}
 * @param signals whether a signal ends it, and us; otherwise only our end does
 * @param canvases whether WebGPU draws onto canvases, for which the whole of graphics has to go through the software driver
 */
export function launchChromium(executablePath: string, { signals = true, canvases = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath,
    handleSIGINT: signals,
    handleSIGTERM: signals,
    handleSIGHUP: signals,
    args: [
      '--no-sandbox',
      ...(canvases
        ? ['--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader']
        : ['--disable-gpu']),
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
