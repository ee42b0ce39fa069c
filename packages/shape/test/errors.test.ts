import {
  broadcastShapes,
  type ConvSpec,
  concatShape,
  flattenShape,
  isCenoteError,
  matmulShape,
  normalizeAxes,
  normalizeAxis,
  type PoolSpec,
  paddingFor,
  permuteShape,
  receptiveField,
  reshapeShape,
  resolveAdaptivePool,
  resolveConv,
  resolveGlobalPool,
  resolvePool,
} from '@cenote/shape';
import { describe, expect, it, vi } from 'vitest';

const pool: PoolSpec = { op: 'maxPool2d', rank: 2, kernelSize: 3 };
const conv: ConvSpec = { op: 'conv2d', rank: 2 };

/** A spec that the types forbid, as plain JavaScript may write it. */
function malformed(options: object): PoolSpec {
  return { ...pool, ...options };
}

/** The code and message of the error that `run` must throw. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isCenoteError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('errors of pooling', () => {
  it('wrong rank, too few', () => {
    expect(failure(() => resolvePool(pool, [28]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: wrong number of axes. Got input [28] of rank 1; expected rank 2 [H, W], 3 [C, H, W] or 4 [N, C, H, W]. Reshape the input, or call the variant for its number of spatial axes."`,
    );
  });

  it('wrong rank, too many, channels last', () => {
    expect(
      failure(() => resolvePool({ ...pool, dataFormat: 'channelsLast' }, [1, 1, 2, 28, 28])),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: wrong number of axes. Got input [1, 1, 2, 28, 28] of rank 5; expected rank 2 [H, W], 3 [H, W, C] or 4 [N, H, W, C]. Reshape the input, or call the variant for its number of spatial axes."`,
    );
  });

  it('unknown dataFormat', () => {
    expect(failure(() => resolvePool(malformed({ dataFormat: 'NHWC' }), [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: unknown dataFormat. Got dataFormat 'NHWC'; expected 'channelsFirst' or 'channelsLast'. Leave it out for channels first."`,
    );
  });

  it('an empty spatial axis', () => {
    expect(failure(() => resolvePool(pool, [1, 28, 0]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: input is empty along axis W. Got input [1, 28, 0]; expected an integer from 1 to 2147483647. Only the batch and channel axes may be empty."`,
    );
  });

  it('a size that is no size', () => {
    expect(failure(() => resolvePool(pool, [-1, 28, 28]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: impossible input size on axis C. Got input [-1, 28, 28]; expected an integer from 0 to 2147483647. Check the shape of the input."`,
    );
  });

  it('too many elements', () => {
    expect(failure(() => resolvePool(pool, [2 ** 30, 2 ** 30, 8, 8]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: input too large. Got input [1073741824, 1073741824, 8, 8]; expected at most 9007199254740991 elements. Split the work into smaller pieces."`,
    );
  });

  it('kernelSize zero', () => {
    expect(failure(() => resolvePool({ ...pool, kernelSize: [3, 0] }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: kernelSize is not a positive integer on axis W. Got kernelSize [3, 0]; expected an integer from 1 to 2147483647. Give kernelSize as one positive integer, or as one for each axis."`,
    );
  });

  it('kernelSize not a number', () => {
    expect(failure(() => resolvePool(malformed({ kernelSize: {} }), [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: kernelSize is not a positive integer on axis H. Got kernelSize an object; expected an integer from 1 to 2147483647. Give kernelSize as one positive integer, or as one for each axis."`,
    );
  });

  it('stride zero', () => {
    expect(failure(() => resolvePool({ ...pool, stride: 0 }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: stride is not a positive integer on axis H. Got stride 0; expected an integer from 1 to 2147483647. Give stride as one positive integer, or as one for each axis."`,
    );
  });

  it('stride not whole', () => {
    expect(failure(() => resolvePool({ ...pool, stride: 1.5 }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: stride is not a positive integer on axis H. Got stride 1.5; expected an integer from 1 to 2147483647. Give stride as one positive integer, or as one for each axis."`,
    );
  });

  it('dilation not finite', () => {
    expect(failure(() => resolvePool({ ...pool, dilation: [1, Number.NaN] }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: dilation is not a positive integer on axis W. Got dilation [1, NaN]; expected an integer from 1 to 2147483647. Give dilation as one positive integer, or as one for each axis."`,
    );
  });

  it('too many entries', () => {
    expect(failure(() => resolvePool({ ...pool, kernelSize: [2, 2, 2] }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: kernelSize has the wrong number of entries. Got kernelSize [2, 2, 2] with 3; expected one number, or 2 entries (H, W). Give one entry for each spatial axis."`,
    );
  });

  it('too few entries for one axis', () => {
    expect(failure(() => resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: [] }, [28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool1d: kernelSize has the wrong number of entries. Got kernelSize [] with 0; expected one number, or 1 entry (W). Give one entry for each spatial axis."`,
    );
  });

  it('a pair of padding that is not nested', () => {
    expect(
      failure(() => resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 3, padding: [1, 0] }, [28])),
    ).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool1d: padding has the wrong number of entries. Got padding [1, 0] with 2; expected one number, or 1 entry (W). Write padding before and after an axis as a pair of its own: [[1, 0]]."`,
    );
  });

  it('padding negative', () => {
    expect(failure(() => resolvePool({ ...pool, padding: [0, -1] }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: padding is not a non-negative integer on axis W. Got padding [0, -1]; expected an integer from 0, a pair [low, high] of them for an axis, or one of 'valid', 'same', 'sameUpper', 'sameLower'. Give padding as a number, or as one number or pair for each axis."`,
    );
  });

  it('padding of an unknown mode', () => {
    expect(failure(() => resolvePool(malformed({ padding: 'full' }), [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: padding is not a non-negative integer on axis H. Got padding 'full'; expected an integer from 0, a pair [low, high] of them for an axis, or one of 'valid', 'same', 'sameUpper', 'sameLower'. Give padding as a number, or as one number or pair for each axis."`,
    );
  });

  it('padding above half of the window', () => {
    expect(failure(() => resolvePool({ ...pool, padding: 2 }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: padding above half of the effective window on axis H. Got padding 2, kernelSize 3; expected at most 1. Reduce padding, or give a [low, high] pair for that axis if you mean it."`,
    );
  });

  it('padding above half of a dilated window', () => {
    expect(failure(() => resolvePool({ ...pool, dilation: 2, padding: [0, 3] }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: padding above half of the effective window on axis W. Got padding 3, kernelSize 3 with dilation 2 (effective size 5); expected at most 2. Reduce padding, or give a [low, high] pair for that axis if you mean it."`,
    );
  });

  it('padding as large as the window', () => {
    expect(failure(() => resolvePool({ ...pool, padding: [[3, 0], 1] }, [28, 28]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT maxPool2d: padding as large as the effective window on axis H. Got padding [3, 0], kernelSize 3; expected at most 2 on each side. Reduce padding: a window must not lie in it as a whole."`,
    );
  });

  it('window too large', () => {
    expect(failure(() => resolvePool({ ...pool, kernelSize: 5, padding: [[1, 0], 0] }, [3, 28]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: window larger than the padded input on axis H. Got kernelSize 5, padded input 4 (3 + 1 + 0); expected at most 4. Reduce kernelSize or increase padding."`,
    );
  });

  it('window too large, one axis', () => {
    expect(failure(() => resolvePool({ op: 'avgPool1d', rank: 1, kernelSize: 5 }, [4]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE avgPool1d: window larger than the padded input on axis W. Got kernelSize 5, padded input 4 (4 + 0 + 0); expected at most 4. Reduce kernelSize or increase padding."`,
    );
  });

  it('window too large, three axes', () => {
    expect(failure(() => resolvePool({ op: 'maxPool3d', rank: 3, kernelSize: 2 }, [1, 2, 2]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool3d: window larger than the padded input on axis D. Got kernelSize 2, padded input 1 (1 + 0 + 0); expected at most 1. Reduce kernelSize or increase padding."`,
    );
  });

  it('dilated window too large', () => {
    expect(failure(() => resolvePool({ ...pool, dilation: 2 }, [28, 4]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: window larger than the padded input on axis W. Got kernelSize 3 with dilation 2 (effective size 5), padded input 4 (4 + 0 + 0); expected at most 4. Reduce kernelSize or dilation, or increase padding."`,
    );
  });

  it('window too large even in ceil mode', () => {
    expect(
      failure(() => resolvePool({ ...pool, kernelSize: 5, stride: 2, ceilMode: true }, [28, 3])),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: window larger than the padded input on axis W. Got kernelSize 5, padded input 3 (3 + 0 + 0); expected at most 4 in ceil mode with stride 2. Reduce kernelSize or increase padding."`,
    );
  });

  it('a window without a valid tap', () => {
    expect(
      failure(() => resolvePool({ ...pool, kernelSize: 2, dilation: 2, padding: 1 }, [28, 1])),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: window without a valid tap on axis W. Got output 0, whose kernelSize 2 with dilation 2 (effective size 3) steps over the input 1 (padding 1 + 1); expected at least one tap on an element of the input. Reduce padding or dilation."`,
    );
  });

  it('SAME without a valid tap', () => {
    expect(
      failure(() => resolvePool({ ...pool, kernelSize: 2, dilation: 2, padding: 'same' }, [1, 28])),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE maxPool2d: window without a valid tap on axis H. Got output 0, whose kernelSize 2 with dilation 2 (effective size 3) steps over the input 1 (padding 1 + 1); expected at least one tap on an element of the input. Reduce padding or dilation."`,
    );
  });
});

describe('errors of adaptive pooling', () => {
  it('outputSize zero', () => {
    expect(
      failure(() => resolveAdaptivePool({ op: 'adaptiveAvgPool2d', rank: 2, outputSize: [null, 0] }, [28, 28])),
    ).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT adaptiveAvgPool2d: outputSize is not a positive integer on axis W. Got outputSize [null, 0]; expected an integer from 1, or null to keep the size of the input. Give outputSize as one positive integer, or as one for each axis."`,
    );
  });

  it('too few entries', () => {
    expect(
      failure(() => resolveAdaptivePool({ op: 'adaptiveAvgPool2d', rank: 2, outputSize: [3] }, [28, 28])),
    ).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT adaptiveAvgPool2d: outputSize has the wrong number of entries. Got outputSize [3] with 1; expected one number, or 2 entries (H, W). Give one entry for each spatial axis."`,
    );
  });

  it('more windows than tables can hold', () => {
    const spec = { op: 'adaptiveAvgPool1d', rank: 1, outputSize: 2 ** 28 } as const;
    expect(failure(() => resolveAdaptivePool(spec, [1]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE adaptiveAvgPool1d: too many windows along one axis. Got input 1 and output 268435456, whose tables take 4294967304 bytes; expected at most 2147483648 bytes. Reduce the padding, or split the input into smaller pieces."`,
    );
  });

  it('sizes whose product is not exact', () => {
    expect(
      failure(() => resolveAdaptivePool({ op: 'adaptiveAvgPool1d', rank: 1, outputSize: 2 ** 30 }, [2 ** 30])),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE adaptiveAvgPool1d: input and output too large on axis W. Got input 1073741824, output 1073741824; expected a product of at most 9007199254740991. Split the input into smaller pieces."`,
    );
  });

  it('output too large', () => {
    expect(
      failure(() => resolveAdaptivePool({ op: 'adaptiveAvgPool2d', rank: 2, outputSize: 2 ** 28 }, [4, 1, 1])),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE adaptiveAvgPool2d: output too large. Got output [4, 268435456, 268435456]; expected at most 9007199254740991 elements. Split the work into smaller pieces."`,
    );
  });

  it('wrong rank, global', () => {
    expect(failure(() => resolveGlobalPool({ op: 'globalAvgPool', rank: 2 }, [28]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE globalAvgPool: wrong number of axes. Got input [28] of rank 1; expected rank 2 [H, W], 3 [C, H, W] or 4 [N, C, H, W]. Reshape the input, or call the variant for its number of spatial axes."`,
    );
  });
});

describe('errors of convolution', () => {
  it('a bare plane', () => {
    expect(failure(() => resolveConv(conv, [28, 28], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: wrong number of axes. Got input [28, 28] of rank 2; expected rank 3 [C, H, W] or 4 [N, C, H, W]. Reshape the input, or call the variant for its number of spatial axes."`,
    );
  });

  it('weight of the wrong rank', () => {
    expect(failure(() => resolveConv(conv, [1, 28, 28], [6, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: the weight does not have the shape of a kernel. Got weight [6, 5, 5]; expected rank 4 [outputChannels, inputChannels / groups, kernelH, kernelW], with a kernel of at least 1 on each axis. Reshape the weight."`,
    );
  });

  it('an empty kernel', () => {
    expect(failure(() => resolveConv(conv, [1, 28, 28], [6, 1, 0, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: the weight does not have the shape of a kernel. Got weight [6, 1, 0, 5]; expected rank 4 [outputChannels, inputChannels / groups, kernelH, kernelW], with a kernel of at least 1 on each axis. Reshape the weight."`,
    );
  });

  it('weight too large', () => {
    expect(failure(() => resolveConv(conv, [1, 28, 28], [2 ** 20, 1, 2 ** 20, 2 ** 20]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: weight too large. Got weight [1048576, 1, 1048576, 1048576]; expected at most 9007199254740991 elements. Split the work into smaller pieces."`,
    );
  });

  it('other channels', () => {
    expect(failure(() => resolveConv(conv, [1, 3, 28, 28], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: the channels of the input do not match the weight. Got input with 3 channels, weight [6, 1, 5, 5] for 1 (1 × groups 1); expected 1 input channels. Change the weight or groups, or check where the channel axis of the input is (dataFormat)."`,
    );
  });

  it('other channels with groups', () => {
    expect(failure(() => resolveConv({ ...conv, groups: 2 }, [1, 4, 28, 28], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: the channels of the input do not match the weight. Got input with 4 channels, weight [6, 1, 5, 5] for 2 (1 × groups 2); expected 2 input channels. Change the weight or groups, or check where the channel axis of the input is (dataFormat)."`,
    );
  });

  it('groups zero', () => {
    expect(failure(() => resolveConv({ ...conv, groups: 0 }, [1, 28, 28], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT conv2d: groups is not a positive integer. Got groups 0; expected an integer from 1 to 2147483647. Give groups as one positive integer."`,
    );
  });

  it('groups that do not divide', () => {
    expect(failure(() => resolveConv({ ...conv, groups: 2 }, [4, 28, 28], [5, 2, 3, 3]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT conv2d: groups does not divide the channels. Got groups 2, 4 input channels, 5 output channels; expected both to be multiples of groups. Choose groups, or the channels of the weight, so that they are."`,
    );
  });

  it('window too large', () => {
    expect(failure(() => resolveConv(conv, [1, 4, 4], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: window larger than the padded input on axis H. Got kernelSize 5, padded input 4 (4 + 0 + 0); expected at most 4. Reduce kernelSize or increase padding."`,
    );
  });

  it('padding too large', () => {
    expect(failure(() => resolveConv({ ...conv, padding: 2 ** 30 }, [1, 28, 28], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv2d: padded input too large on axis H. Got padded input 2147483676 (28 + 1073741824 + 1073741824); expected at most 2147483647. Reduce the padding or split the input."`,
    );
  });

  it('more windows than tables can hold', () => {
    const line: ConvSpec = { op: 'conv1d', rank: 1, padding: 2 ** 29 };
    expect(failure(() => resolveConv(line, [1, 28], [6, 1, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE conv1d: too many windows along one axis. Got input 28 and output 1073741848, whose tables take 17179869792 bytes; expected at most 2147483648 bytes. Reduce the padding, or split the input into smaller pieces."`,
    );
  });

  it('no memory for tables', () => {
    vi.stubGlobal(
      'Int32Array',
      class {
        static readonly BYTES_PER_ELEMENT = 4;

        constructor() {
          throw new RangeError('Array buffer allocation failed');
        }
      },
    );
    try {
      expect(failure(() => resolveConv(conv, [1, 1234, 1234], [6, 1, 5, 5]))).toMatchInlineSnapshot(
        `"OUT_OF_MEMORY conv2d: no memory for the tables of a window. Got input 1234 and output 1230 along one axis; expected sizes whose tables fit in memory. Split the input into smaller pieces."`,
      );
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('padding negative', () => {
    expect(failure(() => resolveConv({ ...conv, padding: -1 }, [1, 28, 28], [6, 1, 5, 5]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT conv2d: padding is not a non-negative integer on axis H. Got padding -1; expected an integer from 0, a pair [low, high] of them for an axis, or one of 'valid', 'same', 'sameUpper', 'sameLower'. Give padding as a number, or as one number or pair for each axis."`,
    );
  });
});

describe('errors of other shapes', () => {
  it('broadcasting', () => {
    expect(failure(() => broadcastShapes('add', [2, 3], [4, 1, 2]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE add: shapes do not broadcast on axis -1. Got [2, 3] and [4, 1, 2]: sizes 3 and 2; expected sizes that are equal or 1, with axes counted from the last. Reshape one of them so that the axes that should match line up."`,
    );
  });

  it('an axis that is not there', () => {
    expect(failure(() => normalizeAxis('softmax', 2, 2))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT softmax: no such axis. Got axis 2 of a tensor of rank 2; expected an integer from -2 to 1. Count from 0 at the front or from -1 at the end."`,
    );
  });

  it('an axis of a scalar', () => {
    expect(failure(() => normalizeAxis('softmax', 0, 0))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT softmax: no such axis. Got axis 0 of a tensor of rank 0; expected no axis: a scalar has none. Leave the axis out, or reshape the scalar first."`,
    );
  });

  it('an axis named twice', () => {
    expect(failure(() => normalizeAxes('sum', [0, -2], 2))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT sum: axis 0 is named twice. Got axes [0, -2] of a tensor of rank 2; expected each axis at most once. Remove one of them; negative axes count from the end."`,
    );
  });

  it('reshape to another count', () => {
    expect(failure(() => reshapeShape('reshape', [2, 3], [4, 2]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE reshape: the number of elements differs. Got [4, 2] for an input [2, 3] of 6 elements; expected a shape of 6 elements, not 8. Choose sizes whose product is the number of elements."`,
    );
  });

  it('reshape with a −1 that does not divide', () => {
    expect(failure(() => reshapeShape('reshape', [2, 3], [4, -1]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE reshape: the number of elements differs. Got [4, -1] for an input [2, 3] of 6 elements; expected 4 to divide 6. Choose sizes whose product is the number of elements."`,
    );
  });

  it('reshape with a −1 beside 0', () => {
    expect(failure(() => reshapeShape('reshape', [0, 3], [0, -1]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE reshape: the size for -1 could be anything. Got [0, -1] for an input [0, 3]; expected no 0 beside -1. Write out the size."`,
    );
  });

  it('reshape to no shape', () => {
    expect(failure(() => reshapeShape('reshape', [2, 3], [-1, -1]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT reshape: the new shape is not a shape. Got [-1, -1]; expected non-negative integers, and -1 at most once. Write -1 for the one axis that takes what is left."`,
    );
  });

  it('flatten backwards', () => {
    expect(failure(() => flattenShape('flatten', [2, 3, 4], 2, 1))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT flatten: endDim comes before startDim. Got startDim 2, endDim 1 for an input [2, 3, 4]; expected endDim from 2 to 2. Swap them."`,
    );
  });

  it('permute with too few axes', () => {
    expect(failure(() => permuteShape('permute', [2, 3, 4], [1, 0]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT permute: not an order of all axes. Got axes [1, 0] for an input [2, 3, 4]; expected 3 axes. Name every axis once."`,
    );
  });

  it('permute with an axis twice', () => {
    expect(failure(() => permuteShape('permute', [2, 3, 4], [0, 1, -2]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT permute: axis 1 is named twice. Got axes [0, 1, -2] of a tensor of rank 3; expected each axis at most once. Remove one of them; negative axes count from the end."`,
    );
  });

  it('nothing to concat', () => {
    expect(failure(() => concatShape('concat', [], 0))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT concat: nothing to join. Got no tensors; expected at least one. Pass the tensors as an array."`,
    );
  });

  it('concat of shapes that differ', () => {
    expect(
      failure(() =>
        concatShape(
          'concat',
          [
            [2, 3],
            [3, 3],
          ],
          1,
        ),
      ),
    ).toMatchInlineSnapshot(
      `"INVALID_SHAPE concat: shapes do not agree outside axis 1. Got [2, 3] and [3, 3]; expected the same rank, and the same sizes on every axis but 1. Join along the axis on which they differ, or reshape."`,
    );
  });

  it('concat of ranks that differ', () => {
    expect(failure(() => concatShape('concat', [[2, 3], [2]], 0))).toMatchInlineSnapshot(
      `"INVALID_SHAPE concat: shapes do not agree outside axis 0. Got [2, 3] and [2]; expected the same rank, and the same sizes on every axis but 0. Join along the axis on which they differ, or reshape."`,
    );
  });

  it('matmul of a scalar', () => {
    expect(failure(() => matmulShape('matmul', [], [2]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE matmul: a scalar is not a matrix. Got [] and [2]; expected at least one axis each. Multiply by a scalar with mul."`,
    );
  });

  it('matmul of other inner sizes', () => {
    expect(failure(() => matmulShape('matmul', [2, 3], [4, 5]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE matmul: inner sizes differ. Got [2, 3] and [4, 5]: 3 and 4; expected the last axis of the first to be as long as the last but one of the second. Transpose or reshape one of them."`,
    );
  });

  it('matmul with a vector of another size', () => {
    expect(failure(() => matmulShape('matmul', [2, 3], [4]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE matmul: inner sizes differ. Got [2, 3] and [4]: 3 and 4; expected the last axis of the first to be as long as the vector. Transpose or reshape one of them."`,
    );
  });

  it('matmul with other batches', () => {
    expect(failure(() => matmulShape('matmul', [2, 3, 4], [5, 4, 3]))).toMatchInlineSnapshot(
      `"INVALID_SHAPE matmul: shapes do not broadcast on axis -3. Got [2, 3, 4] and [5, 4, 3]: sizes 2 and 5; expected sizes that are equal or 1, with axes counted from the last. Reshape one of them so that the axes that should match line up."`,
    );
  });
});

describe('errors of receptive fields and padding', () => {
  it('a step that is none', () => {
    expect(failure(() => receptiveField([{ kernelSize: 0 }]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT receptiveField: kernelSize is not a positive integer. Got kernelSize 0; expected an integer from 1 to 2147483647. Give kernelSize as one positive integer."`,
    );
  });

  it('negative padding of a step', () => {
    expect(failure(() => receptiveField([{ kernelSize: 3, padding: -1 }]))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT receptiveField: padding is not a non-negative integer. Got padding -1; expected an integer from 0 to 2147483647. Give padding as one non-negative integer."`,
    );
  });

  it('no padding gives so much', () => {
    expect(failure(() => paddingFor({ input: 4, output: 10, kernelSize: 3, stride: 2 }))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT paddingFor: no padding gives output 10. Got input 4, kernelSize 3, stride 2, dilation 1; expected an output from 1 to 3. Choose one of these, or change kernelSize or stride."`,
    );
  });

  it('no padding gives so little', () => {
    expect(
      failure(() => paddingFor({ input: 40, output: 3, kernelSize: 3, stride: 2, dilation: 2, ceilMode: true })),
    ).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT paddingFor: no padding gives output 3. Got input 40, kernelSize 3, stride 2, dilation 2, ceilMode; expected an output from 19 to 22. Choose one of these, or change kernelSize or stride."`,
    );
  });

  it('no padding of a convolution gives so little', () => {
    expect(failure(() => paddingFor({ input: 40, output: 3, kernelSize: 3, window: 'conv' }))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT paddingFor: no padding gives output 3. Got input 40, kernelSize 3, stride 1, dilation 1; expected an output from 38 to 2147483647. Choose one of these, or change kernelSize or stride."`,
    );
  });

  it('an output that is none', () => {
    expect(failure(() => paddingFor({ input: 4, output: 0, kernelSize: 3 }))).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT paddingFor: output is not a positive integer. Got output 0; expected an integer from 1 to 2147483647. Give output as one positive integer."`,
    );
  });

  it('a window beyond all sizes', () => {
    expect(
      failure(() => paddingFor({ input: 4, output: 2, kernelSize: 2 ** 20, dilation: 2 ** 20 })),
    ).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT paddingFor: window larger than any input. Got kernelSize 1048576 with dilation 1048576 (effective size 1099510579201); expected an effective size of at most 2147483647. Reduce kernelSize or dilation."`,
    );
  });

  it('ceil mode of a convolution', () => {
    expect(
      failure(() => paddingFor({ input: 4, output: 2, kernelSize: 3, ceilMode: true, window: 'conv' })),
    ).toMatchInlineSnapshot(
      `"INVALID_ARGUMENT paddingFor: a convolution has no ceil mode. Got ceilMode true, window 'conv'; expected ceilMode only with window 'pool'. Leave ceilMode out."`,
    );
  });
});
