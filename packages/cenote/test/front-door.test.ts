import { nn, type Tensor, zeros } from 'cenote';
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

describe('shapes that are said', () => {
  it('are checked when the program runs', () => {
    const x = zeros([2, 3]);
    expect(x.as([null, 3]).shape).toEqual([2, 3]);
    const unknown: Tensor = x;
    expect(() => unknown.as([null, 4])).toThrow(
      'as: the tensor has another shape. Got [2, 3]; expected [any, 4]. Correct the shape that is expected, or use reshape to change the one there is.',
    );
    const model: nn.Module = nn.sequential(nn.input([null, 3]), nn.linear(3, 2));
    expect(model.forward(x).shape).toEqual([2, 2]);
    expect(() => model.forward(zeros([2, 4]))).toThrow(
      'input: the tensor has another shape (layer 0 of sequential). Got [2, 4]; expected [any, 3].',
    );
  });
});
