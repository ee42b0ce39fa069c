import { existsSync } from 'node:fs';
import type { Gpu } from '../src/index.js';
import { nodeGpu } from '../src/node/index.js';

/** Debian's Chromium brings a software Vulkan driver, which does where there is no GPU. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * WebGPU for the tests, or `null` where there is no adapter: on the machine's GPU, or else in software. The variable has to be
 * set before the first adapter is asked for.
 */
export async function findGpu(): Promise<Gpu | null> {
  if (
    process.env.VK_ICD_FILENAMES === undefined &&
    process.env.CENOTE_GPU === undefined &&
    existsSync(softwareDriver)
  ) {
    process.env.VK_ICD_FILENAMES = softwareDriver;
  }
  try {
    const gpu = await nodeGpu();
    return (await gpu.requestAdapter()) === null ? null : gpu;
  } catch {
    return null;
  }
}

/** What {@link findGpu} needs, for messages. */
export const gpuNeeds =
  'a WebGPU adapter (Debian: chromium and libvulkan1 for one in software; CENOTE_GPU=1 for the machine’s own)';
