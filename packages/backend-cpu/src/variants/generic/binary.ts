import { type BinaryFn, type DType, isFloat } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { binaryCode, dtypeCode } from './codes.js';
import { planRows, rowElements } from './rows.js';
import { elementwisePlan } from './scalar-plan.js';

const everyFns: readonly BinaryFn[] = ['maximum', 'minimum', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const boolFns: ReadonlySet<BinaryFn> = new Set([...everyFns, 'logicalAnd', 'logicalOr']);
const integerFns: ReadonlySet<BinaryFn> = new Set([...everyFns, 'add', 'sub', 'mul', 'pow', 'remainder']);

function hasFn(dtype: DType, fn: BinaryFn): boolean {
  if (isFloat(dtype)) return fn !== 'logicalAnd' && fn !== 'logicalOr';
  return (dtype === 'bool' ? boolFns : integerFns).has(fn);
}

/** `binary` for every dtype and layout that the contract allows. */
export const genericBinary: readonly Variant<'binary'>[] = [
  {
    target: 'scalar',
    plan({ fn }, [a, b], [y]) {
      const { dtype } = a;
      if (!hasFn(dtype, fn)) return null;
      return elementwisePlan({
        name: `${dtype}_${fn}`,
        function: 'binary',
        rows: planRows(y.shape, [a, b, y], rowElements),
        args: [input(0), input(1), output(0), dtypeCode[dtype], dtypeCode[y.dtype], binaryCode[fn]],
        output: y,
        nanosecondsEach: fn === 'pow' || fn === 'remainder' ? 40 : 4,
        scratchRows: 2,
      });
    },
  },
];
