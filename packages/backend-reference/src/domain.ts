import { type DType, isFloat } from '@cenote/backend';
import { type Accessor, type Element, type Elements, type NumberDType, openBigints, openNumbers } from './elements.js';
import { type Arithmetic, bigintArithmetic, floatArithmetic, integerArithmetic } from './functions/arithmetic.js';
import { type BinaryTable, bigintBinary, boolBinary, floatBinary, integerBinary } from './functions/binary.js';
import { bigintFolds, boolFolds, type FoldTable, floatFolds, integerFolds } from './functions/fold.js';
import { bigintUnary, boolUnary, floatUnary, integerUnary, type UnaryTable } from './functions/unary.js';
import type { Workspace } from './workspace.js';

/** What can be done with the elements of one dtype. A function that a table lacks is one that the dtype does not have. */
interface Functions<T extends Element> {
  /** Sums of products; bool has none. */
  readonly arithmetic: Arithmetic<T> | null;
  readonly unary: UnaryTable<T>;
  readonly binary: BinaryTable<T>;
  readonly folds: FoldTable<T>;
}

/** How kernels compute with one dtype: on scratch arrays of numbers or of bigints, with that dtype's functions. */
export interface Domain<T extends Element> extends Functions<T> {
  readonly dtype: DType;
  readonly zero: T;
  /** An accessor of a buffer that holds this dtype. */
  open(buffer: ArrayBuffer): Accessor<T>;
  /** At least `length` elements of the workspace, holding garbage. */
  scratch(name: string, length: number): Elements<T>;
}

const floats: Functions<number> = {
  arithmetic: floatArithmetic,
  unary: floatUnary,
  binary: floatBinary,
  folds: floatFolds,
};

const integers: Functions<number> = {
  arithmetic: integerArithmetic,
  unary: integerUnary,
  binary: integerBinary,
  folds: integerFolds,
};

const bools: Functions<number> = { arithmetic: null, unary: boolUnary, binary: boolBinary, folds: boolFolds };

/** The domain of any dtype but i64. */
export function numberDomain(dtype: NumberDType, workspace: Workspace): Domain<number> {
  return {
    ...(isFloat(dtype) ? floats : dtype === 'bool' ? bools : integers),
    dtype,
    zero: 0,
    open: (buffer) => openNumbers(dtype, buffer),
    scratch: (name, length) => workspace.numbers(name, length),
  };
}

/** The domain of i64. */
export function bigintDomain(workspace: Workspace): Domain<bigint> {
  return {
    arithmetic: bigintArithmetic,
    unary: bigintUnary,
    binary: bigintBinary,
    folds: bigintFolds,
    dtype: 'i64',
    zero: 0n,
    open: openBigints,
    scratch: (name, length) => workspace.bigints(name, length),
  };
}

/** Calls `use` with the domain of `dtype`: how a kernel is written once for numbers and bigints. */
export function inDomain<R>(dtype: DType, workspace: Workspace, use: <T extends Element>(domain: Domain<T>) => R): R {
  return dtype === 'i64' ? use(bigintDomain(workspace)) : use(numberDomain(dtype, workspace));
}
