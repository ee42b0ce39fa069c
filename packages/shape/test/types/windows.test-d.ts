import type { DataFormat, Padding, Shape } from '@cenote/shape';
import type {
  AdaptivePoolOutput,
  ConvOutput,
  ConvWeight,
  FractionalPoolOutput,
  GlobalPoolOutput,
  PoolOptions,
  PoolOutput,
  ShapeError,
  UnpoolOutput,
} from '@cenote/shape/types';
import { type Equal, expectType } from './expect.js';

type Max1d<S extends Shape, O> = PoolOutput<'maxPool1d', 1, S, O>;
type Max2d<S extends Shape, O> = PoolOutput<'maxPool2d', 2, S, O>;
type Max3d<S extends Shape, O> = PoolOutput<'maxPool3d', 3, S, O>;
type Conv2d<S extends Shape, W extends Shape, O> = ConvOutput<'conv2d', 2, S, W, O>;

// The examples of the chapter on pooling of Dive into Deep Learning
expectType<Equal<Max2d<[3, 3], { kernelSize: 2; stride: 1 }>, [2, 2]>>();
expectType<Equal<Max2d<[1, 1, 4, 4], { kernelSize: 3 }>, [1, 1, 1, 1]>>();
expectType<Equal<Max2d<[1, 1, 4, 4], { kernelSize: 3; padding: 1; stride: 2 }>, [1, 1, 2, 2]>>();
expectType<Equal<Max2d<[1, 2, 4, 4], { kernelSize: [2, 3]; stride: [2, 3]; padding: [0, 1] }>, [1, 2, 2, 2]>>();

// Ranks and layouts
expectType<Equal<Max1d<[9], { kernelSize: 2 }>, [4]>>();
expectType<Equal<Max1d<[3, 9], { kernelSize: 2 }>, [3, 4]>>();
expectType<Equal<Max1d<[8, 3, 9], { kernelSize: 2 }>, [8, 3, 4]>>();
expectType<Equal<Max1d<[8, 9, 3], { kernelSize: 2; dataFormat: 'channelsLast' }>, [8, 4, 3]>>();
expectType<Equal<Max2d<[3, 8, 9], { kernelSize: 2 }>, [3, 4, 4]>>();
expectType<Equal<Max2d<[8, 9, 3], { kernelSize: 2; dataFormat: 'channelsLast' }>, [4, 4, 3]>>();
expectType<Equal<Max3d<[2, 3, 8, 9, 10], { kernelSize: 2; stride: [1, 2, 3] }>, [2, 3, 7, 4, 3]>>();

// The usual first layers of networks
expectType<Equal<Conv2d<[8, 3, 224, 224], [64, 3, 7, 7], { stride: 2; padding: 3 }>, [8, 64, 112, 112]>>();
expectType<Equal<Max2d<[8, 64, 112, 112], { kernelSize: 3; stride: 2; padding: 1 }>, [8, 64, 56, 56]>>();
expectType<Equal<Conv2d<[8, 3, 227, 227], [96, 3, 11, 11], { stride: 4 }>, [8, 96, 55, 55]>>();
expectType<Equal<Conv2d<[8, 3, 224, 224], [768, 3, 16, 16], { stride: 16 }>, [8, 768, 14, 14]>>();
expectType<Equal<Conv2d<[3, 65_536, 65_535], [1, 3, 3, 3], { stride: 64 }>, [1, 1024, 1024]>>();
expectType<Equal<Conv2d<[8, 32, 9, 9], [64, 1, 3, 3], { padding: 'same'; groups: 32 }>, [8, 64, 9, 9]>>();

// Ceil mode: rounded up, but not for a window that would start in the padding at the end
expectType<Equal<Max1d<[10], { kernelSize: 3; stride: 2; ceilMode: true }>, [5]>>();
expectType<Equal<Max1d<[3], { kernelSize: 2; stride: 2; padding: 1; ceilMode: true }>, [2]>>();
expectType<Equal<Max1d<[5], { kernelSize: 1; stride: 3; ceilMode: true }>, [2]>>();

// Labels say which axis is which, and make no difference
expectType<Equal<Max2d<[N: 8, C: 3, H: 8, W: 9], { kernelSize: 2 }>, [N: 8, C: 3, H: 4, W: 4]>>();

// Unknown sizes make unknown only what depends on them
expectType<Equal<Max2d<[number, 3, 28, number], { kernelSize: 2 }>, [number, 3, 14, number]>>();
expectType<Equal<Max2d<[number, number, 28, 28], { kernelSize: 2 }>, [number, number, 14, 14]>>();
expectType<Equal<Max2d<Shape, { kernelSize: 2 }>, Shape>>();
expectType<Equal<Max2d<[number, ...number[]], { kernelSize: 2 }>, Shape>>();
expectType<Equal<Conv2d<[number, 3, 28, 28], [number, 3, 5, 5], { padding: 2 }>, [number, number, 28, 28]>>();
expectType<Equal<Conv2d<[8, number, 28, 28], [6, 3, 5, number], object>, [8, 6, 24, number]>>();
expectType<Equal<Conv2d<[8, 3, 28, 28], Shape, { padding: 2 }>, [8, number, number, number]>>();
expectType<Equal<Conv2d<Shape, [6, 3, 5, 5], object>, Shape>>();

// So do unknown options
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: number }>, [8, 3, number, number]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: readonly number[] }>, [8, 3, number, number]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: [2, number] }>, [8, 3, 14, number]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: 2; stride?: 1 }>, [8, 3, number, number]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: 2; stride: undefined }>, [8, 3, 14, 14]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: 2; padding: Padding }>, [8, 3, number, number]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: 3; stride: 2; padding: [[0, number], 0] }>, [8, 3, number, 13]>>();
expectType<Equal<Max2d<[8, 3, 28, 28], { kernelSize: number; padding: 'same'; stride: 2 }>, [8, 3, 14, 14]>>();

// Options with several values: all results that there can be, but no error while one of them fits
expectType<Equal<Max1d<[3, 28], { kernelSize: 2 | 4; stride: 1 }>, [3, 27 | 25]>>();
expectType<Equal<Max1d<[3, 28], { kernelSize: 2 | 29 }>, [3, number]>>();
expectType<Equal<Max1d<[3, 28], { kernelSize: 3; stride: 2; ceilMode: boolean }>, [3, 13 | 14]>>();
expectType<Equal<Max1d<[3, 8 | 12], { kernelSize: 2 }>, [3, 4 | 6]>>();
expectType<Equal<Max1d<[3, 8] | [8], { kernelSize: 2 }>, [3, 4] | [4]>>();
expectType<Equal<Max1d<[4, 8], { kernelSize: 2; dataFormat: DataFormat }>, [4, 4] | [2, 8]>>();
expectType<Equal<Max1d<[8], { kernelSize: 2 } | { kernelSize: 2; stride: 1 }>, [4] | [7]>>();
expectType<Equal<Max2d<[2, 3, 8, 8], PoolOptions>, [2, 3, number, number] | [2, number, number, 8]>>();

// Refusals
type IsError<T> = [T] extends [never] ? false : T extends ShapeError<string> ? true : false;
expectType<IsError<Max2d<[8, 3, 28, 28], { kernelSize: 29 }>>>();
expectType<IsError<Max2d<[8, 3, number, number], { kernelSize: 2; padding: 2 }>>>();
expectType<IsError<Max2d<[8, 3, number, number], { kernelSize: 0 }>>>();
expectType<IsError<Max2d<[8, 3, -1, 28], { kernelSize: 2 }>>>();
expectType<IsError<Conv2d<[number, 4, number, number], [6, 3, 5, 5], object>>>();

// Adaptive and global pooling
type Adaptive2d<S extends Shape, Size> = AdaptivePoolOutput<'adaptiveAvgPool2d', 2, S, Size>;
expectType<Equal<Adaptive2d<[8, 512, number, number], 7>, [8, 512, 7, 7]>>();
expectType<Equal<Adaptive2d<[8, 512, 9, 10], [3, null]>, [8, 512, 3, 10]>>();
expectType<Equal<Adaptive2d<[8, 512, 9, 10], number>, [8, 512, number, number]>>();
expectType<Equal<Adaptive2d<Shape, 7>, Shape>>();
expectType<Equal<GlobalPoolOutput<'globalAvgPool', [8, 512, 7, 9]>, [8, 512, 1, 1]>>();
expectType<Equal<GlobalPoolOutput<'globalAvgPool', [8, 7, 512], 'channelsLast'>, [8, 1, 512]>>();
expectType<Equal<GlobalPoolOutput<'globalAvgPool', Shape>, Shape>>();

// Unpooling and fractional pooling
type Unpool2d<S extends Shape, O> = UnpoolOutput<'maxUnpool2d', 2, S, O>;
expectType<Equal<Unpool2d<[8, 3, 14, number], { kernelSize: 2 }>, [8, 3, 28, number]>>();
expectType<Equal<Unpool2d<[8, 3, 14, 14], { kernelSize: 3; stride: 2; padding: 1 }>, [8, 3, 27, 27]>>();
expectType<Equal<Unpool2d<[8, 3, 14, 14], { kernelSize: 2; outputSize: [29, 27] }>, [8, 3, 29, 27]>>();
expectType<Equal<Unpool2d<[number, 3, 14, 14], { kernelSize: 2; outputSize: [8, 3, 29, 29] }>, [number, 3, 29, 29]>>();
expectType<Equal<Unpool2d<[3, 14, 14], { kernelSize: number; outputSize: [28, 28] }>, [3, 28, 28]>>();
expectType<Equal<Unpool2d<[3, 14, 14], { kernelSize: 2; outputSize: Shape }>, [3, number, number]>>();
expectType<Equal<Unpool2d<[3, 14, 14], { kernelSize: 2; outputSize?: [29, 29] }>, [3, number, number]>>();
expectType<Equal<Unpool2d<Shape, { kernelSize: 2 }>, Shape>>();
type Fractional2d<S extends Shape, O> = FractionalPoolOutput<'fractionalMaxPool2d', 2, S, O>;
expectType<Equal<Fractional2d<[8, 3, 14, number], { kernelSize: 2; outputSize: [9, 8] }>, [8, 3, 9, 8]>>();
expectType<Equal<Fractional2d<[8, 3, 14, 14], { kernelSize: 2; outputRatio: 0.5 }>, [8, 3, number, number]>>();
expectType<Equal<Fractional2d<[8, 3, 14, 14], { kernelSize: 2; outputSize: number }>, [8, 3, number, number]>>();
expectType<
  Equal<
    Fractional2d<[8, 3, 14, 14], { kernelSize: 2; outputSize?: 3 | null; outputRatio?: 0.5 }>,
    [8, 3, number, number]
  >
>();
expectType<Equal<Fractional2d<Shape, { kernelSize: 2; outputSize: 3 }>, Shape>>();

// Weights of layers
expectType<Equal<ConvWeight<'conv2d', 2, 6, 16, { kernelSize: 5 }>, [16, 6, 5, 5]>>();
expectType<Equal<ConvWeight<'conv2d', 2, 32, 64, { kernelSize: [3, 1]; groups: 32 }>, [64, 1, 3, 1]>>();
expectType<Equal<ConvWeight<'conv1d', 1, number, 64, { kernelSize: 3; groups: 2 }>, [64, number, 3]>>();
