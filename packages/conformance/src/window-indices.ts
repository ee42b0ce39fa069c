import type { AxisWindow, WindowGeometry } from '@cenote/shape';

/**
 * Turns indices of kind `plane` into indices of kind `window`.
 *
 * @param indices One per element of the output, row-major in the output's layout, channels first.
 */
export function toWindowIndices(geometry: WindowGeometry, indices: readonly number[]): readonly number[] {
  const [depth, height, width] = geometry.axes;
  const outputPlane = depth.output * height.output * width.output;
  return indices.map((index, flat) => {
    const o = flat % outputPlane;
    const d = tap(
      depth,
      Math.floor(o / (height.output * width.output)),
      Math.floor(index / (height.input * width.input)),
    );
    const h = tap(height, Math.floor(o / width.output) % height.output, Math.floor(index / width.input) % height.input);
    const w = tap(width, o % width.output, index % width.input);
    return (d * height.kernel + h) * width.kernel + w;
  });
}

/** The number, within the kernel, of the tap of output `o` that lies on `input`. */
function tap(axis: AxisWindow, o: number, input: number): number {
  return axis.firstTap[o] + (input - axis.start[o]) / axis.dilation;
}
