import { referenceBackend } from '@cenote/backend-reference';
import { describe, expect, test } from 'vitest';
import { createDevice, profile, zeros } from '../src/index.js';

const device = createDevice(referenceBackend());

describe('profile', () => {
  test('lists kernels with their calls and bytes, and gives the result back', async () => {
    const { result, kernels, milliseconds } = await profile(() =>
      zeros([2, 3], { device }).add(zeros([3], { device })),
    );
    expect(result.shape).toEqual([2, 3]);
    expect(kernels.map(({ op, calls, bytes }) => `${op} ${calls} ${bytes}`).toSorted()).toEqual(
      ['binary 1 60', 'fill 2 36'].toSorted(),
    );
    for (const { device: name, variant, bytesPerSecond } of kernels) {
      expect(name).toBe('reference');
      expect(variant).not.toBe('');
      expect(bytesPerSecond).toBeGreaterThan(0);
    }
    expect(milliseconds).toBeCloseTo(kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0));
  });

  test('waits for what is asynchronous, and prints a table', async () => {
    const found = await profile(async () => {
      const x = zeros([4], { device });
      await x.data();
      return x.mul(2);
    });
    expect(String(found)).toMatch(/^kernel +op +device +calls +ms +GB\/s\n/);
    expect(String(found)).toContain('binary');
  });

  test('is over after an error, and refuses to be nested', async () => {
    await expect(
      profile(() => {
        throw new Error('the work failed');
      }),
    ).rejects.toThrow('the work failed');
    await expect(profile(() => profile(() => zeros([1], { device })))).rejects.toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
    expect((await profile(() => zeros([1], { device }))).kernels.length).toBe(1);
  });
});
