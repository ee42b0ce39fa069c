import { CenoteError, normalizeAxes, type Shape } from '@cenote/shape';
import { scope } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { concat } from './joining.js';
import { slice } from './view.js';

/**
 * Elements moved along axes as around rings: what leaves at one end comes in at the other. The element at `i` goes to
 * `i + shift`, modulo the size, as with `torch.roll`.
 *
 * @param shifts One whole number, or one for each axis; negative ones move towards the front.
 * @param axes One axis, or several different ones; negative ones count from the end.
 * @throws `INVALID_ARGUMENT` for a shift that is not a whole number, as many shifts as axes are not given, or no such axis.
 *
 * @example
 * ```ts
 * roll(tensor([1, 2, 3, 4]), 1, 0); // [4, 1, 2, 3]
 * roll(images, [2, -3], [-2, -1]); // two rows down and three columns to the left
 * ```
 */
export function roll<S extends Shape>(
  x: Tensor<S>,
  shifts: number | readonly number[],
  axes: number | readonly number[],
): Tensor<S>;
export function roll(x: Tensor, shifts: number | readonly number[], axes: number | readonly number[]): Tensor {
  const amounts = typeof shifts === 'number' ? [shifts] : shifts;
  const names = typeof axes === 'number' ? [axes] : axes;
  if (amounts.length !== names.length || !amounts.every(Number.isSafeInteger)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'roll',
      what: 'shifts and axes do not fit',
      got: `shifts [${amounts.join(', ')}], axes [${names.join(', ')}]`,
      expected: 'one whole number for each axis',
      hint: 'Give as many shifts as axes',
    });
  }
  normalizeAxes('roll', names, x.rank);
  return scope(() => {
    let result = x.alias();
    for (const [index, name] of names.entries()) {
      const axis = name < 0 ? name + x.rank : name;
      const size = x.shape[axis];
      const shift = size === 0 ? 0 : ((amounts[index] % size) + size) % size;
      if (shift === 0) continue;
      const before = x.shape.slice(0, axis).map(() => null);
      const tail = slice(result, [...before, [size - shift, null]]);
      const head = slice(result, [...before, [0, size - shift]]);
      result = concat([tail, head], axis);
    }
    return result;
  });
}
