import { isFloat, type UnaryFn } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { dtypeCode, unaryCode } from './codes.js';
import { movePlan } from './copy.js';
import { fillPlan } from './fill.js';
import { planRows, rowElements } from './rows.js';
import { elementwisePlan } from './scalar-plan.js';

const integerFns: ReadonlySet<UnaryFn> = new Set(['neg', 'abs', 'sign', 'relu']);
const roundings: ReadonlySet<UnaryFn> = new Set(['floor', 'ceil', 'round']);
const slowFns: ReadonlySet<UnaryFn> = new Set(['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tanh', 'sigmoid']);

/** `unary` for every dtype and layout that the contract allows. */
export const genericUnary: readonly Variant<'unary'>[] = [
  {
    target: 'scalar',
    plan({ fn }, [x], [y]) {
      const { dtype } = x;
      const name = `${dtype}_${fn}`;
      if (isFloat(dtype)) {
        if (fn === 'logicalNot') return null;
      } else {
        if (fn === 'isNan') return fillPlan(name, 0, y);
        if (dtype === 'bool' ? fn !== 'logicalNot' : fn === 'logicalNot') return null;
        if (roundings.has(fn)) return movePlan(name, x, y);
        if (dtype !== 'bool' && !integerFns.has(fn)) return null;
      }
      return elementwisePlan({
        name,
        function: 'unary',
        rows: planRows(y.shape, [x, y], rowElements),
        args: [input(0), output(0), dtypeCode[dtype], dtypeCode[y.dtype], unaryCode[fn]],
        output: y,
        nanosecondsEach: slowFns.has(fn) ? 15 : 3,
        scratchRows: 1,
      });
    },
  },
];
