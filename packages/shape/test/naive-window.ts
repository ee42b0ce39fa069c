/**
 * Windows by their definition, one position at a time: an implementation that shares nothing with the one under test.
 */

/** What is asked of one axis. */
export interface NaiveRequest {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'valid' | 'same' | 'sameUpper' | 'sameLower' | number | readonly [number, number];
  readonly ceilMode: boolean;
}

/** One output: its valid taps as [number in the kernel, input position], and how many lie within input + padding. */
export interface NaiveOutput {
  readonly taps: readonly (readonly [tap: number, position: number])[];
  readonly span: number;
}

export interface NaiveWindows {
  readonly padLow: number;
  readonly padHigh: number;
  readonly outputs: readonly NaiveOutput[];
}

/** Where windows begin, walking over the padded line. */
function walk(request: NaiveRequest, padLow: number, padHigh: number): number[] {
  const { input, kernel, stride, dilation, ceilMode } = request;
  const lineEnd = input + padHigh;
  const windowEnd = (base: number) => base + (kernel - 1) * dilation + 1;
  const bases: number[] = [];
  for (let base = -padLow; windowEnd(base) <= lineEnd; base += stride) bases.push(base);
  if (ceilMode) {
    // One more window, when there are positions left that none has reached and it is not more than a stride too long.
    const next = -padLow + bases.length * stride;
    const isLeft = bases.length === 0 || windowEnd(bases[bases.length - 1]) < lineEnd;
    const reaches = windowEnd(next) - lineEnd < stride;
    if (isLeft && reaches && next < input) bases.push(next);
  }
  return bases;
}

/** The padding sides of SAME: the least total that gives `ceil(input / stride)` windows. */
function samePadding(request: NaiveRequest): [number, number] {
  let wanted = 0;
  for (let covered = 0; covered < request.input; covered += request.stride) wanted++;
  for (let total = 0; ; total++) {
    if (walk({ ...request, ceilMode: false }, 0, total).length < wanted) continue;
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return request.padding === 'sameLower' ? [more, less] : [less, more];
  }
}

export function naiveWindows(request: NaiveRequest): NaiveWindows {
  const { input, kernel, dilation, padding } = request;
  const [padLow, padHigh] =
    typeof padding === 'number'
      ? [padding, padding]
      : padding === 'valid'
        ? [0, 0]
        : typeof padding === 'string'
          ? samePadding(request)
          : padding;
  const outputs = walk(request, padLow, padHigh).map((base): NaiveOutput => {
    const taps: [number, number][] = [];
    let span = 0;
    for (let tap = 0; tap < kernel; tap++) {
      const position = base + tap * dilation;
      if (position >= 0 && position < input) taps.push([tap, position]);
      if (position < input + padHigh) span++;
    }
    return { taps, span };
  });
  return { padLow, padHigh, outputs };
}

/** Adaptive windows: the inputs whose cell `[i, i + 1)` overlaps the output's share of the line, in whole numbers. */
export function naiveAdaptive(input: number, output: number): NaiveOutput[] {
  return Array.from({ length: output }, (_, o) => {
    const taps: [number, number][] = [];
    for (let i = 0; i < input; i++) {
      // The share is [o · input / output, (o + 1) · input / output): multiply by output to stay in integers.
      if ((i + 1) * output > o * input && i * output < (o + 1) * input) taps.push([taps.length, i]);
    }
    return { taps, span: taps.length };
  });
}

/** Why pooling refuses a request, or null: PyTorch's limits on padding and one element at least for every window. */
export function naiveRefusal(request: NaiveRequest): 'padding' | 'empty' | 'noTap' | null {
  const { kernel, dilation, padding } = request;
  let length = 0;
  for (let tap = 0; tap < kernel; tap++) length = tap * dilation + 1;
  if (typeof padding === 'number' && padding * 2 > length) return 'padding';
  if (typeof padding === 'object' && Math.max(...padding) >= length) return 'padding';
  const { outputs } = naiveWindows(request);
  if (outputs.length === 0) return 'empty';
  return outputs.some(({ taps }) => taps.length === 0) ? 'noTap' : null;
}
