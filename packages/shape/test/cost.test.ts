import {
  convCost,
  linearCost,
  matmulCost,
  poolCost,
  resolveConv,
  resolvePool,
  validTaps,
  windowTaps,
} from '@cenote/shape';
import { describe, expect, it } from 'vitest';

describe('costs', () => {
  it('the layers of LeNet', () => {
    const conv1 = resolveConv({ op: 'conv2d', rank: 2, padding: 2 }, [1, 1, 28, 28], [6, 1, 5, 5]);
    const conv2 = resolveConv({ op: 'conv2d', rank: 2 }, [1, 6, 14, 14], [16, 6, 5, 5]);
    const adds = [
      convCost(conv1).multiplyAdds,
      convCost(conv2).multiplyAdds,
      linearCost([1, 400], [120, 400]).multiplyAdds,
      linearCost([1, 120], [84, 120]).multiplyAdds,
      linearCost([1, 84], [10, 84]).multiplyAdds,
    ];
    expect(adds).toEqual([117_600, 240_000, 48_000, 10_080, 840]);
  });

  it('bytes of a convolution: each operand once', () => {
    const geometry = resolveConv({ op: 'conv2d', rank: 2, padding: 2 }, [1, 1, 28, 28], [6, 1, 5, 5]);
    expect(convCost(geometry, { bias: true })).toEqual({
      multiplyAdds: 117_600,
      taps: 0,
      bytesRead: 4 * (784 + 150 + 6),
      bytesWritten: 4 * 6 * 784,
    });
  });

  it('a weight has all input channels for each output channel', () => {
    const geometry = resolveConv({ op: 'conv2d', rank: 2 }, [1, 6, 14, 14], [16, 6, 5, 5]);
    expect(convCost(geometry).bytesRead).toBe(4 * (6 * 196 + 2400));
  });

  it('groups share the work out', () => {
    const geometry = resolveConv({ op: 'conv2d', rank: 2, groups: 8 }, [2, 8, 6, 6], [8, 1, 3, 3]);
    expect(convCost(geometry, { groups: 8, byteSize: 8 })).toEqual({
      multiplyAdds: 2 * 8 * 16 * 9,
      taps: 0,
      bytesRead: 8 * (2 * 8 * 36 + 72),
      bytesWritten: 8 * (2 * 8 * 16),
    });
  });

  it('taps that fall on elements, and all of them', () => {
    // 4×4, a window of 3, padding 1, stride 1: 2 + 3 + 3 + 2 taps along each axis, of 4 · 3.
    const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, stride: 1, padding: 1 }, [5, 4, 4]);
    expect([validTaps(geometry), windowTaps(geometry)]).toEqual([100, 144]);
    expect(poolCost(geometry)).toEqual({ multiplyAdds: 0, taps: 500, bytesRead: 320, bytesWritten: 320 });
    expect(poolCost(geometry, { indexByteSize: 4, byteSize: 8 }).bytesWritten).toBe(80 * 12);
  });

  it('matrix products', () => {
    expect(matmulCost([7, 2, 3], [3, 5], { bias: true })).toEqual({
      multiplyAdds: 7 * 2 * 3 * 5,
      taps: 0,
      bytesRead: 4 * (42 + 15 + 5),
      bytesWritten: 4 * 70,
    });
    expect(matmulCost([4], [4])).toEqual({ multiplyAdds: 4, taps: 0, bytesRead: 32, bytesWritten: 4 });
  });
});
