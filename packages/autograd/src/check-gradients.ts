import { fromData, scope, type Tensor } from '@cenote/tensor';
import { grad } from './grad.js';

/** How far a gradient is from finite differences. */
export interface GradientCheck {
  /** The largest of `|analytic − numeric| / max(1, |analytic|, |numeric|)` over all elements of all inputs. */
  readonly largestError: number;
  /** Where: which input, and which of its elements. */
  readonly input: number;
  readonly element: number;
  readonly analytic: number;
  readonly numeric: number;
}

/**
 * Compares the gradient of a function with central finite differences, element by element, in `f64`.
 *
 * @param fn From tensors of the given shapes to one tensor of any shape; a fixed, random-looking weighting makes it a number.
 * @param inputs `f64` tensors on a synchronous device, away from kinks. They are not changed.
 * @param step The width of the difference. Default: 1e-5.
 *
 * @example
 * ```ts
 * const { largestError } = checkGradients((x) => x.sigmoid(), [tensor([0.3, -1], { dtype: 'f64' })]);
 * console.log(largestError < 1e-8); // true
 * ```
 */
export function checkGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  step = 1e-5,
): GradientCheck {
  const values = inputs.map((input) => input.dataSync('f64'));
  const evaluate = (leaves: Tensor[]): Tensor => {
    const y = fn(...leaves);
    // Weights without structure, so that no error cancels.
    const weights = Float64Array.from({ length: y.size }, (_, index) => 0.5 + ((index * 0.6180339887498949) % 1));
    return y.mul(fromData(weights, y.shape, { device: y.device })).sum();
  };
  const leavesOf = (requiresGrad: boolean) =>
    inputs.map(({ shape, device }, index) => fromData(values[index], shape, { device, requiresGrad }));
  const analytic = scope(() => {
    const leaves = leavesOf(true);
    return grad(evaluate(leaves), leaves, { allowUnused: true }).map((gradient) => gradient.dataSync('f64'));
  });
  const at = (): number => scope(() => evaluate(leavesOf(false)).itemSync());
  let worst: GradientCheck = { largestError: 0, input: 0, element: 0, analytic: 0, numeric: 0 };
  for (const [input, elements] of values.entries()) {
    for (let element = 0; element < elements.length; element++) {
      const centre = elements[element];
      elements[element] = centre + step;
      const above = at();
      elements[element] = centre - step;
      const below = at();
      elements[element] = centre;
      const numeric = (above - below) / (2 * step);
      const exact = analytic[input][element];
      const largestError = Math.abs(exact - numeric) / Math.max(1, Math.abs(exact), Math.abs(numeric));
      if (!(largestError <= worst.largestError)) worst = { largestError, input, element, analytic: exact, numeric };
    }
  }
  return worst;
}
