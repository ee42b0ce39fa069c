import { byteSize } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { movedElements, planRows } from './rows.js';
import { elementwisePlan } from './scalar-plan.js';

/** `where` for every dtype and layout that the contract allows. */
export const genericWhere: readonly Variant<'where'>[] = [
  {
    target: 'scalar',
    plan: (_op, [condition, a, b], [y]) =>
      elementwisePlan({
        name: `${y.dtype}_where`,
        function: 'where',
        rows: planRows(y.shape, [condition, a, b, y], movedElements),
        args: [input(0), input(1), input(2), output(0), byteSize[y.dtype]],
        output: y,
        nanosecondsEach: 1,
      }),
  },
];
