import { existsSync } from 'node:fs';
import { cpu, type Device, generator, nn, scope, tensor, useThreads, webgpu, zeros } from 'cenote';
import { describe, expect, test } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';

/** A GPU device, in software where there is no GPU; `null` where neither is. */
async function openGpu(): Promise<Device | null> {
  const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';
  if (
    process.env.VK_ICD_FILENAMES === undefined &&
    process.env.CENOTE_GPU === undefined &&
    existsSync(softwareDriver)
  ) {
    process.env.VK_ICD_FILENAMES = softwareDriver;
  }
  return webgpu().catch(() => null);
}

/** The losses of LeNet in training, always on the same pictures. */
async function train(device: Device, steps: number): Promise<number[]> {
  const model = nn.lenet5({ variant: 'd2l', generator: generator(1), device });
  const optimizer = nn.sgd(model.parameters(), { lr: 0.5 });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const pixels = Float32Array.from({ length: 4 * 784 }, (_, i) => Math.sin(i * 12.9898 + step * 78.233));
    const images = tensor(pixels, { device }).reshape([4, 1, 28, 28]);
    const labels = tensor(
      Int32Array.from({ length: 4 }, (_, i) => (i + step) % 10),
      { device },
    );
    optimizer.zeroGrad();
    const loss = scope(() => nn.crossEntropy(model.forward(images), labels));
    loss.backward();
    optimizer.step();
    losses.push(await loss.item());
    for (const one of [images, labels, loss]) one.dispose();
  }
  return losses;
}

describe('devices', () => {
  test('cpu: a device of its own, beside the default one', async () => {
    const device = cpu({ maximumBytes: 2 ** 24 });
    expect(zeros([2], { device }).device).toBe(device);
    expect(zeros([2]).device).not.toBe(device);
    expect(await useThreads(2, { device })).toBe(2);
    expect(device.backend.caps.threads).toBe(2);
    await device[Symbol.asyncDispose]();
  });

  test('threads do not change a bit of a training run', async () => {
    const single = cpu();
    const several = cpu({ shareAbove: -1 });
    await useThreads(2, { device: several });
    expect(await train(several, 5)).toEqual(await train(single, 5));
    await several[Symbol.asyncDispose]();
  });

  test('LeNet trains the same on CPU and GPU', { timeout: 300_000 }, async (context) => {
    const gpu = await openGpu();
    if (gpu === null) missing(context, 'a WebGPU adapter (Debian: chromium and libvulkan1 for one in software)');
    const [onGpu, onCpu] = [await train(gpu, 50), await train(cpu(), 50)];
    for (const [step, loss] of onCpu.entries()) expect(Math.abs(onGpu[step] - loss)).toBeLessThan(1e-4);
    const there = await tensor([
      [1, 2],
      [3, 4],
    ]).to(gpu);
    expect(there.device).toBe(gpu);
    expect(await there.mul(2).toArray()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    const back = await there.to(cpu());
    expect(back.toArraySync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    await gpu[Symbol.asyncDispose]();
  });
});
