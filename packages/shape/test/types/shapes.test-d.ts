import type { Shape } from '@cenote/shape';
import type {
  AgreedShape,
  AsOutput,
  BroadcastOutput,
  ConcatOutput,
  DataShape,
  ElementCount,
  ExpandOutput,
  FlattenOutput,
  LinearOutput,
  MatmulOutput,
  PadOutput,
  PermuteOutput,
  ReduceOutput,
  ReshapeOutput,
  ShapeError,
  SliceOutput,
  SqueezeOutput,
  StackOutput,
  TransposeOutput,
  UnsqueezeOutput,
} from '@cenote/shape/types';
import { type Equal, expectType } from './expect.js';

// Elements
expectType<Equal<ElementCount<[]>, 1>>();
expectType<Equal<ElementCount<[8, 512, 7, 7]>, 200_704>>();
expectType<Equal<ElementCount<[8, 0, 7]>, 0>>();
expectType<Equal<ElementCount<[8, number]>, number>>();
expectType<Equal<ElementCount<Shape>, number>>();

// Flatten
type Flatten<S extends Shape, Start extends number = 0, End extends number = -1> = FlattenOutput<
  'flatten',
  S,
  Start,
  End
>;
expectType<Equal<Flatten<[8, 16, 5, 5], 1>, [8, 400]>>();
expectType<Equal<Flatten<[number, 512, 7, 7], 1>, [number, 25_088]>>();
expectType<Equal<Flatten<[8, 16, number, 5], 1>, [8, number]>>();
expectType<Equal<Flatten<[2, 3, 4, 5], 1, 2>, [2, 12, 5]>>();
expectType<Equal<Flatten<[2, 3, 4, 5], -3, -2>, [2, 12, 5]>>();
expectType<Equal<Flatten<[2, 3, 4]>, [24]>>();
expectType<Equal<Flatten<[]>, [1]>>();
expectType<Equal<Flatten<Shape, 1>, Shape>>();
expectType<Equal<Flatten<[2, 3], number>, Shape>>();

// Reshape
type Reshape<S extends Shape, To extends Shape> = ReshapeOutput<'reshape', S, To>;
expectType<Equal<Reshape<[2, 6], [3, 4]>, [3, 4]>>();
expectType<Equal<Reshape<[2, 6], [3, -1]>, [3, 4]>>();
expectType<Equal<Reshape<[8, 1, 28, 28], [-1, 784]>, [8, 784]>>();
expectType<Equal<Reshape<[2, 6], [12]>, [12]>>();
expectType<Equal<Reshape<[], [1, 1]>, [1, 1]>>();
expectType<Equal<Reshape<[1], []>, []>>();
expectType<Equal<Reshape<[0, 3], [-1, 3]>, [0, 3]>>();
expectType<Equal<Reshape<[number, 28, 28], [-1, 784]>, [number, 784]>>();
expectType<Equal<Reshape<[number, 6], [5, 5]>, [5, 5]>>();
expectType<Equal<Reshape<Shape, [-1, 784]>, [number, 784]>>();
expectType<Equal<Reshape<[2, 6], [number, 4]>, [number, 4]>>();
expectType<Equal<Reshape<[2, 6], Shape>, Shape>>();

// Squeeze, unsqueeze
expectType<Equal<SqueezeOutput<'squeeze', [1, 3, 1, 5]>, [3, 5]>>();
expectType<Equal<SqueezeOutput<'squeeze', [1, 3, 1, 5], -2>, [1, 3, 5]>>();
expectType<Equal<SqueezeOutput<'squeeze', [1, 3], 1>, [1, 3]>>();
expectType<Equal<SqueezeOutput<'squeeze', [number, 3]>, Shape>>();
expectType<Equal<SqueezeOutput<'squeeze', [number, 3], 1>, [number, 3]>>();
expectType<Equal<UnsqueezeOutput<'unsqueeze', [2, 3], 0>, [1, 2, 3]>>();
expectType<Equal<UnsqueezeOutput<'unsqueeze', [2, 3], 2>, [2, 3, 1]>>();
expectType<Equal<UnsqueezeOutput<'unsqueeze', [2, 3], -1>, [2, 3, 1]>>();
expectType<Equal<UnsqueezeOutput<'unsqueeze', [2, 3], number>, [number, number, number]>>();

// The order of axes
expectType<Equal<PermuteOutput<'permute', [2, 3, 4], [2, 0, -2]>, [4, 2, 3]>>();
expectType<Equal<PermuteOutput<'permute', [2, number, 4], [1, 2, 0]>, [number, 4, 2]>>();
expectType<Equal<PermuteOutput<'permute', [2, 3], Shape>, [number, number]>>();
expectType<Equal<PermuteOutput<'permute', Shape, [1, 0]>, Shape>>();
expectType<Equal<TransposeOutput<'transpose', [2, 3, 4], -2, -1>, [2, 4, 3]>>();
expectType<Equal<TransposeOutput<'transpose', [2, 3, 4], 0, 2>, [4, 3, 2]>>();
expectType<Equal<TransposeOutput<'transpose', [2, 3, 4], 1, 1>, [2, 3, 4]>>();
expectType<Equal<TransposeOutput<'transpose', [2, 3], number, 0>, [number, number]>>();

// Reductions
type Sum<
  S extends Shape,
  Axes extends number | Shape | undefined = undefined,
  Keep extends boolean = false,
> = ReduceOutput<'sum', S, Axes, Keep>;
expectType<Equal<Sum<[2, 3, 4]>, []>>();
expectType<Equal<Sum<[2, 3, 4], undefined, true>, [1, 1, 1]>>();
expectType<Equal<Sum<[2, 3, 4], -1>, [2, 3]>>();
expectType<Equal<Sum<[2, 3, 4], [0, -1]>, [3]>>();
expectType<Equal<Sum<[2, 3, 4], [0, -1], true>, [1, 3, 1]>>();
expectType<Equal<Sum<[2, 3, 4], []>, [2, 3, 4]>>();
expectType<Equal<Sum<[number, 3, 4], 1>, [number, 4]>>();
expectType<Equal<Sum<[2, 3, 4], 1, boolean>, [2, 4] | [2, 1, 4]>>();
expectType<Equal<Sum<[2, 3, 4], number, true>, [number, number, number]>>();
expectType<Equal<Sum<[2, 3, 4], number>, Shape>>();
expectType<Equal<Sum<Shape>, []>>();
expectType<Equal<Sum<Shape, 0>, Shape>>();

// Broadcasting
type Add<A extends Shape, B extends Shape> = BroadcastOutput<'add', A, B>;
expectType<Equal<Add<[2, 3], [2, 3]>, [2, 3]>>();
expectType<Equal<Add<[8, 1, 5], [3, 1]>, [8, 3, 5]>>();
expectType<Equal<Add<[], [2, 3]>, [2, 3]>>();
expectType<Equal<Add<[number, 3], [8, 1]>, [8, 3]>>();
expectType<Equal<Add<[number, 3], [1, 3]>, [number, 3]>>();
expectType<Equal<Add<[1 | 3], [2]>, [2]>>();
expectType<Equal<Add<[1 | 2], [1 | 3]>, [1 | 2 | 3]>>();
expectType<Equal<Add<Shape, [2]>, Shape>>();

// Products
type Matmul<A extends Shape, B extends Shape> = MatmulOutput<'matmul', A, B>;
expectType<Equal<Matmul<[2, 3], [3, 4]>, [2, 4]>>();
expectType<Equal<Matmul<[3], [3]>, []>>();
expectType<Equal<Matmul<[3], [3, 4]>, [4]>>();
expectType<Equal<Matmul<[2, 3], [3]>, [2]>>();
expectType<Equal<Matmul<[8, 1, 2, 3], [5, 3, 4]>, [8, 5, 2, 4]>>();
expectType<Equal<Matmul<[number, 3], [number, 4]>, [number, 4]>>();
expectType<Equal<Matmul<[2, 3], Shape>, Shape>>();
expectType<Equal<LinearOutput<'linear', [8, 400], 400, 120>, [8, 120]>>();
expectType<Equal<LinearOutput<'linear', [8, 5, number], 400, 120>, [8, 5, 120]>>();
expectType<Equal<LinearOutput<'linear', Shape, 400, 120>, [...number[], 120]>>();
expectType<Equal<LinearOutput<'linear', [...number[], 400], 400, 120>, [...number[], 120]>>();
expectType<Equal<LinearOutput<'linear', [8, 400], number, number>, [8, number]>>();

// Several tensors
expectType<Equal<ConcatOutput<'concat', [[2, 3], [2, 4], [2, 5]], 1>, [2, 12]>>();
expectType<Equal<ConcatOutput<'concat', [[2, 3], [2, 4]], -1>, [2, 7]>>();
expectType<Equal<ConcatOutput<'concat', [[2, 3], [number, number]], 0>, [number, 3]>>();
expectType<Equal<ConcatOutput<'concat', readonly [2, 3][], 0>, [number, 3]>>();
expectType<Equal<ConcatOutput<'concat', [[2, 3], [4, 3]], number>, [number, number]>>();
expectType<Equal<ConcatOutput<'concat', readonly Shape[], 0>, Shape>>();
expectType<Equal<StackOutput<'stack', [[2, 3], [2, 3]]>, [2, 2, 3]>>();
expectType<Equal<StackOutput<'stack', [[2, 3], [2, number], Shape], -1>, [2, 3, 3]>>();
expectType<Equal<StackOutput<'stack', readonly [2, 3][], 1>, [2, number, 3]>>();

// Parts and more
type Slice<
  S extends Shape,
  Ranges extends readonly (
    | number
    | null
    | readonly [number, number | null]
    | readonly [number, number | null, number]
  )[],
> = SliceOutput<'slice', S, Ranges>;
expectType<Equal<Slice<[3, 4], [[0, 2], -1]>, [2]>>();
expectType<Equal<Slice<[10, 4], [[1, null, 3]]>, [3, 4]>>();
expectType<Equal<Slice<[10, 4], [[-3, null]]>, [3, 4]>>();
expectType<Equal<Slice<[10, 4], [[2, -2], null]>, [6, 4]>>();
expectType<Equal<Slice<[10, 4], [[5, 99]]>, [5, 4]>>();
expectType<Equal<Slice<[10, 4], [[7, 2]]>, [0, 4]>>();
expectType<Equal<Slice<[10, 4], [[-99, 3]]>, [3, 4]>>();
expectType<Equal<Slice<[number, 4], [[0, 2], [1, 3]]>, [number, 2]>>();
expectType<Equal<Slice<[number, 4], [number, [0, number]]>, [number]>>();
expectType<Equal<Slice<[10], [[0, 8, number]]>, [number]>>();
expectType<Equal<Slice<Shape, [0]>, Shape>>();
expectType<Equal<ExpandOutput<'expand', [3, 1], [2, -1, 4]>, [2, 3, 4]>>();
expectType<Equal<ExpandOutput<'expand', [number, 1], [5, 4]>, [5, 4]>>();
expectType<Equal<PadOutput<'pad', [2, number], [[1, 2], [0, 3]]>, [5, number]>>();

// What is said about a shape
expectType<Equal<AgreedShape<[number, 3], [2, number]>, [2, 3]>>();
expectType<Equal<AgreedShape<Shape, [2]>, [2]>>();
expectType<Equal<AgreedShape<[2], [2, 3]>, null>>();
expectType<Equal<AsOutput<'as', Shape, [null, 1, 28, 28]>, [number, 1, 28, 28]>>();
expectType<Equal<AsOutput<'as', [8, number], [null, 3]>, [8, 3]>>();

// Literals
expectType<Equal<DataShape<'tensor', 5>, []>>();
expectType<Equal<DataShape<'tensor', readonly [1, 2]>, [2]>>();
expectType<Equal<DataShape<'tensor', readonly [readonly [true, false, true], readonly [false, true, true]]>, [2, 3]>>();
expectType<Equal<DataShape<'tensor', readonly []>, [0]>>();
expectType<Equal<DataShape<'tensor', number[][]>, [number, number]>>();
expectType<Equal<DataShape<'tensor', readonly [number[], readonly [1, 2]]>, [2, number] | [2, 2]>>();
expectType<Equal<DataShape<'tensor', readonly (number[] | number)[]>, Shape>>();
expectType<
  Equal<
    DataShape<'tensor', readonly [readonly [1], readonly [1, 2]]>,
    ShapeError<'tensor: nested arrays of one level have different lengths'>
  >
>();
