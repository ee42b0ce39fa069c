import { byteSize, type Layout } from '@cenote/backend';
import { input, output, type Plan, type Variant } from '../../plan.js';
import { conversionOf, dtypeCode } from './codes.js';
import { movedElements, planRows, rowElements } from './rows.js';
import { elementwisePlan } from './scalar-plan.js';

/** `copy` for every dtype and layout that the contract allows. What does not change is moved, whatever it is. */
export const genericCopy: readonly Variant<'copy'>[] = [
  {
    target: 'scalar',
    plan(_op, [x], [y]) {
      const name = x.dtype === y.dtype ? `${x.dtype}_copy` : `${x.dtype}_copy_${y.dtype}`;
      const converted = conversionOf(x.dtype, y.dtype);
      if (converted === null) return movePlan(name, x, y);
      return elementwisePlan({
        name,
        function: 'convert',
        rows: planRows(y.shape, [x, y], rowElements),
        args: [input(0), output(0), dtypeCode[x.dtype], converted.store, converted.conversion],
        output: y,
        nanosecondsEach: 3,
        scratchRows: 1,
      });
    },
  },
];

/** Moves the elements of the first input, whose size is that of the output's. */
export function movePlan(name: string, x: Layout, y: Layout): Plan | null {
  return elementwisePlan({
    name,
    function: 'copy',
    rows: planRows(y.shape, [x, y], movedElements),
    args: [input(0), output(0), byteSize[y.dtype]],
    output: y,
    nanosecondsEach: 0.6,
  });
}
