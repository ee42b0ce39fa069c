import type { PoolFn } from '@cenote/backend';
import type { AxisWindow, IntegerTable } from '@cenote/shape';

/** What one axis contributes to the divisor of an average: the same for all outputs, or WGSL in terms of an output `o: u32`. */
type Extent = { readonly constant: number } | { readonly code: (output: string) => string };

function extentOf(axis: AxisWindow, divisor: 'taps' | 'window'): Extent {
  const table: IntegerTable = divisor === 'taps' ? axis.count : axis.span;
  const [first] = table;
  if ([...table].every((value) => value === first)) return { constant: first };
  const { input, kernel, stride, dilation, padLow, padHigh, uniform } = axis;
  if (!uniform || dilation !== 1) {
    // One table for each axis, which is short: adaptive windows have few outputs.
    return { code: (output) => `array<u32, ${table.length}>(${[...table].map((n) => `${n}u`).join(', ')})[${output}]` };
  }
  const start = (output: string) => `(i32(${output}) * ${stride} - ${padLow})`;
  return divisor === 'taps'
    ? { code: (output) => `u32(min(${start(output)} + ${kernel}, ${input}) - max(${start(output)}, 0))` }
    : { code: (output) => `u32(min(${start(output)} + ${kernel}, ${input + padHigh}) - ${start(output)})` };
}

/** WGSL that finishes an average: `total / divisor`, the divisor a constant where it is one. */
export function divided(
  pool: PoolFn,
  axes: readonly AxisWindow[],
  outputs: readonly string[],
): (total: string) => string {
  if (pool.fn !== 'avg') return (total) => total;
  const { divisor } = pool;
  if (typeof divisor === 'number') return (total) => `(${total}) / f32(${divisor})`;
  let constant = 1;
  const factors: string[] = [];
  for (const [index, axis] of axes.entries()) {
    const extent = extentOf(axis, divisor);
    if ('constant' in extent) constant *= extent.constant;
    else factors.push(extent.code(outputs[index]));
  }
  if (factors.length === 0) return (total) => (constant === 1 ? total : `(${total}) / ${constant}.0`);
  return (total) => `(${total}) / f32(${[`${constant}u`, ...factors].join(' * ')})`;
}
