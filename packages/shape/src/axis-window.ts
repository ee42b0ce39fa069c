import { CenoteError } from './error.js';
import { LeastRecentlyUsed } from './least-recently-used.js';
import { effectiveSize } from './output-size.js';
import type { AxisWindow } from './window-geometry.js';

/** The numbers that decide an {@link AxisWindow} whose windows are evenly spaced. */
export interface UniformAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padLow: number;
  readonly padHigh: number;
}

/** Up to 16 MiB of tables are kept; a window of the usual size has a few hundred integers. */
export const maxCachedIntegers = 2 ** 22;

/** The most bytes that the tables of one axis may take. */
const maxTableBytes = 2 ** 31;

/** How heavy an axis is for a cache: its integers, and a flat part for the object itself. */
export function axisWeight(axis: AxisWindow): number {
  return 4 * axis.output + 2 * axis.input + 64;
}

const axisWindows = new LeastRecentlyUsed<AxisWindow>(maxCachedIntegers, axisWeight);

/** What identifies an axis within its kind: equal keys mean equal contents. */
export function axisKey(axis: UniformAxis & { readonly uniform: boolean }): string {
  return axis.uniform ? uniformKey(axis) : adaptiveKey(axis.input, axis.output);
}

function uniformKey({ input, output, kernel, stride, dilation, padLow, padHigh }: UniformAxis): string {
  return `${input}>${output}:k${kernel}s${stride}d${dilation}p${padLow}+${padHigh}`;
}

function adaptiveKey(input: number, output: number): string {
  return `${input}>${output}:adaptive`;
}

/**
 * The tables of windows of `kernel` taps, `stride` apart.
 *
 * The arguments were validated: sizes are positive and fit in 32 bits, and `output` follows from the others.
 */
export function uniformAxis(op: string, axis: UniformAxis): AxisWindow {
  const key = uniformKey(axis);
  return axisWindows.get(key) ?? axisWindows.set(key, buildUniformAxis(op, axis));
}

function buildUniformAxis(op: string, axis: UniformAxis): AxisWindow {
  const { input, output, kernel, stride, dilation, padLow, padHigh } = axis;
  const { start, firstTap, count, span, coverStart, coverCount } = allocateTables(op, input, output);
  for (let o = 0; o < output; o++) {
    const base = o * stride - padLow;
    const first = base < 0 ? Math.ceil(-base / dilation) : 0;
    const end = Math.min(kernel, Math.floor((input - 1 - base) / dilation) + 1);
    if (end > first) {
      start[o] = base + first * dilation;
      firstTap[o] = first;
      count[o] = end - first;
    }
    span[o] = Math.min(kernel, Math.floor((input + padHigh - 1 - base) / dilation) + 1);
  }

  // Output o meets input i with tap j when o · stride + j · dilation = i + padLow. So i + padLow is a multiple of
  // g = gcd(stride, dilation), and o is fixed modulo dilation / g: it moves on by the inverse of stride / g from one
  // such input to the next.
  const g = greatestCommonDivisor(stride, dilation);
  const coverStep = dilation / g;
  const inverse = modularInverse(stride / g, coverStep);
  const firstMultiple = Math.ceil(padLow / g);
  let residue = Number((BigInt(firstMultiple) * BigInt(inverse)) % BigInt(coverStep));
  const reach = (kernel - 1) * dilation;
  for (let i = firstMultiple * g - padLow; i < input; i += g) {
    const position = i + padLow;
    const least = position > reach ? Math.ceil((position - reach) / stride) : 0;
    const most = Math.min(output - 1, Math.floor(position / stride));
    const behind = (residue - least) % coverStep;
    const first = least + (behind < 0 ? behind + coverStep : behind);
    if (first <= most) {
      coverStart[i] = first;
      coverCount[i] = Math.floor((most - first) / coverStep) + 1;
    }
    residue += inverse;
    if (residue >= coverStep) residue -= coverStep;
  }

  const interiorStart = Math.ceil(padLow / stride);
  const interiorEnd = Math.min(output, Math.floor((input + padLow - effectiveSize(kernel, dilation)) / stride) + 1);
  const hasInterior = interiorStart < interiorEnd;
  return Object.freeze({
    ...axis,
    uniform: true,
    start,
    firstTap,
    count,
    span,
    coverStart,
    coverCount,
    coverStep,
    interiorStart: hasInterior ? interiorStart : 0,
    interiorEnd: hasInterior ? interiorEnd : 0,
  });
}

/**
 * The tables of adaptive windows: output `o` of `output` sees `[floor(o · input / output), ceil((o + 1) · input / output))`
 * (PyTorch's `start_index` and `end_index`, `aten/src/ATen/native/AdaptivePooling.h`).
 *
 * Windows that turn out evenly spaced become those of a {@link uniformAxis}.
 * The arguments were validated: sizes are positive, fit in 32 bits, and their product is exact.
 */
export function adaptiveAxis(op: string, input: number, output: number): AxisWindow {
  const key = adaptiveKey(input, output);
  const cached = axisWindows.get(key);
  if (cached !== undefined) return cached;
  checkTableSize(op, input, output);
  const even = evenSpacing(input, output);
  return axisWindows.set(
    key,
    even === null
      ? buildAdaptiveAxis(op, input, output)
      : uniformAxis(op, { input, output, ...even, dilation: 1, padLow: 0, padHigh: 0 }),
  );
}

function adaptiveStart(o: number, input: number, output: number): number {
  return Math.floor((o * input) / output);
}

function adaptiveEnd(o: number, input: number, output: number): number {
  return Math.ceil(((o + 1) * input) / output);
}

/** The kernel and stride of adaptive windows that are all alike, or `null`. */
function evenSpacing(input: number, output: number): { readonly kernel: number; readonly stride: number } | null {
  const kernel = adaptiveEnd(0, input, output);
  if (output === 1) return { kernel, stride: kernel };
  const stride = adaptiveStart(1, input, output);
  if (stride === 0) return null;
  for (let o = 1; o < output; o++) {
    const start = adaptiveStart(o, input, output);
    if (start !== o * stride || adaptiveEnd(o, input, output) - start !== kernel) return null;
  }
  return { kernel, stride };
}

function buildAdaptiveAxis(op: string, input: number, output: number): AxisWindow {
  const { start, firstTap, count, span, coverStart, coverCount } = allocateTables(op, input, output);
  let kernel = 0;
  for (let o = 0; o < output; o++) {
    start[o] = adaptiveStart(o, input, output);
    count[o] = adaptiveEnd(o, input, output) - start[o];
    span[o] = count[o];
    kernel = Math.max(kernel, count[o]);
  }
  for (let i = 0; i < input; i++) {
    coverStart[i] = Math.floor((i * output) / input);
    coverCount[i] = Math.ceil(((i + 1) * output) / input) - coverStart[i];
  }
  return Object.freeze({
    input,
    output,
    kernel,
    stride: 0,
    dilation: 1,
    padLow: 0,
    padHigh: 0,
    uniform: false,
    start,
    firstTap,
    count,
    span,
    coverStart,
    coverCount,
    coverStep: 1,
    interiorStart: 0,
    interiorEnd: 0,
  });
}

/** Refuses tables that are absurd before anything is allocated: four integers per output and two per input. */
function checkTableSize(op: string, input: number, output: number): void {
  const bytes = (4 * output + 2 * input) * Int32Array.BYTES_PER_ELEMENT;
  if (bytes <= maxTableBytes) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'too many windows along one axis',
    got: `input ${input} and output ${output}, whose tables take ${bytes} bytes`,
    expected: `at most ${maxTableBytes} bytes`,
    hint: 'Reduce the padding, or split the input into smaller pieces',
  });
}

function allocateTables(op: string, input: number, output: number) {
  checkTableSize(op, input, output);
  try {
    return {
      start: new Int32Array(output),
      firstTap: new Int32Array(output),
      count: new Int32Array(output),
      span: new Int32Array(output),
      coverStart: new Int32Array(input),
      coverCount: new Int32Array(input),
    };
  } catch (cause) {
    throw new CenoteError({
      code: 'OUT_OF_MEMORY',
      op,
      what: 'no memory for the tables of a window',
      got: `input ${input} and output ${output} along one axis`,
      expected: 'sizes whose tables fit in memory',
      hint: 'Split the input into smaller pieces',
      cause,
    });
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** The `x` in `[0, modulus)` with `a · x ≡ 1`, by Euclid's extended algorithm; `a` and `modulus` have no common divisor. */
function modularInverse(a: number, modulus: number): number {
  let [remainder, nextRemainder] = [modulus, a % modulus];
  let [inverse, nextInverse] = [0, 1];
  while (nextRemainder !== 0) {
    const quotient = Math.floor(remainder / nextRemainder);
    [remainder, nextRemainder] = [nextRemainder, remainder - quotient * nextRemainder];
    [inverse, nextInverse] = [nextInverse, inverse - quotient * nextInverse];
  }
  return inverse < 0 ? inverse + modulus : inverse;
}
