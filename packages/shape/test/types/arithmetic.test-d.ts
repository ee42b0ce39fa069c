import type {
  Add,
  CeilDivide,
  Compare,
  FloorDivide,
  Max,
  Min,
  Multiply,
  Order,
  Remainder,
  Subtract,
} from '@cenote/shape/types';
import { type Equal, expectType } from './expect.js';

// Carries and borrows that run through all digits
expectType<Equal<Add<0, 0>, 0>>();
expectType<Equal<Add<999, 1>, 1000>>();
expectType<Equal<Add<1, 99_999>, 100_000>>();
expectType<Equal<Add<65_536, 65_536>, 131_072>>();
expectType<Equal<Subtract<1000, 1>, 999>>();
expectType<Equal<Subtract<1000, 1000>, 0>>();
expectType<Equal<Subtract<1000, 999>, 1>>();
expectType<Equal<Subtract<3, 224>, -221>>();
expectType<Equal<Multiply<0, 65_536>, 0>>();
expectType<Equal<Multiply<100, 100>, 10_000>>();
expectType<Equal<Multiply<99, 99>, 9801>>();

// Exact to 2³² and beyond, or not known: never rounded
expectType<Equal<Multiply<512, 49>, 25_088>>();
expectType<Equal<Multiply<65_536, 65_536>, 4_294_967_296>>();
expectType<Equal<Multiply<94_906_265, 94_906_265>, 9_007_199_136_250_225>>();
expectType<Equal<Multiply<94_906_267, 94_906_267>, number>>();
expectType<Equal<Multiply<10_000_000_000_000_000, 1_000_000>, number>>();

// Division by digits, by products of two digits, and by anything
expectType<Equal<FloorDivide<65_535, 1>, 65_535>>();
expectType<Equal<FloorDivide<65_535, 2>, 32_767>>();
expectType<Equal<FloorDivide<224, 32>, 7>>();
expectType<Equal<FloorDivide<223, 32>, 6>>();
expectType<Equal<FloorDivide<65_536, 37>, 1771>>();
expectType<Equal<FloorDivide<65_536, 65_537>, 0>>();
expectType<Equal<FloorDivide<1_000_000, 1000>, 1000>>();
expectType<Equal<CeilDivide<225, 32>, 8>>();
expectType<Equal<CeilDivide<0, 7>, 0>>();
expectType<Equal<Remainder<65_536, 37>, 9>>();
expectType<Equal<Remainder<64, 8>, 0>>();

expectType<Equal<Compare<9, 10>, 'less'>>();
expectType<Equal<Compare<10, 10>, 'equal'>>();
expectType<Equal<Compare<100, 99>, 'greater'>>();
expectType<Equal<Min<9, 10>, 9>>();
expectType<Equal<Max<9, 10>, 10>>();

// What is not a literal of a whole number from zero makes the result unknown, and nothing worse
expectType<Equal<Add<number, 1>, number>>();
expectType<Equal<Add<1, number>, number>>();
expectType<Equal<Subtract<number, number>, number>>();
expectType<Equal<Multiply<0, number>, number>>();
expectType<Equal<Add<-1, 1>, number>>();
expectType<Equal<Add<0.5, 1>, number>>();
expectType<Equal<Add<1e21, 1>, number>>();
expectType<Equal<Add<1e-7, 1>, number>>();
expectType<Equal<FloorDivide<-5, 2>, number>>();
expectType<Equal<FloorDivide<5, 0>, number>>();
expectType<Equal<CeilDivide<5, 0>, number>>();
expectType<Equal<Remainder<5, 0>, number>>();
expectType<Equal<Min<number, 1>, number>>();
expectType<Equal<Compare<number, 1>, Order>>();

// Unions give every result that there can be
expectType<Equal<Add<1 | 2, 10 | 20>, 11 | 12 | 21 | 22>>();
expectType<Equal<Subtract<5 | 7, 6>, -1 | 1>>();
expectType<Equal<Multiply<2 | 3, 4>, 8 | 12>>();
expectType<Equal<FloorDivide<9 | 8, 2 | 4>, 4 | 2>>();
expectType<Equal<CeilDivide<9, 2 | 4>, 5 | 3>>();
expectType<Equal<Min<1 | 5, 3>, 1 | 3>>();
expectType<Equal<Compare<1 | 3, 3>, 'less' | 'equal'>>();
