import { nn, zeros } from 'cenote';
import { describe, expect, it } from 'vitest';

describe('types of pooling beyond the plain kinds', () => {
  // What networks.test-d.ts says of these, at run time.
  it('are those of the results', () => {
    expect(nn.blurPool2d().forward(zeros([1, 8, 31, 32])).shape).toEqual([1, 8, 16, 16]);
    expect(nn.maxBlurPool2d({ kernelSize: 3, stride: 4 }).forward(zeros([1, 8, 28, 28])).shape).toEqual([1, 8, 7, 7]);
    expect(nn.adaptivePolyphaseSample2d().forward(zeros([1, 8, 8, 8])).shape).toEqual([1, 8, 4, 4]);
    expect(nn.gemPool2d().forward(zeros([1, 8, 8, 8])).shape).toEqual([1, 8, 1, 1]);
    expect(
      nn
        .mixedPool2d(2, { stride: 1 })
        .eval()
        .forward(zeros([1, 8, 8, 8])).shape,
    ).toEqual([1, 8, 7, 7]);
  });
});
