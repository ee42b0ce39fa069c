import type { PoolFn } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';

/**
 * What one output of a pooling window looks at, or what looks at one input, in row-major order. Positions are flat, in
 * the plane `[D, H, W]` of the input or of the output.
 */
export interface Meetings {
  count: number;
  /** Per meeting: the position of the input, or of the output. */
  readonly at: Int32Array;
  /** Per meeting: the number of the tap in the kernel, row-major. */
  readonly tap: Int32Array;
}

/** Room for the valid taps of any window of `geometry`. */
export function roomForTaps({ axes }: WindowGeometry): Meetings {
  return roomFor(axes, (axis) => axis.count);
}

/** Room for the outputs that cover any input of `geometry`. */
export function roomForCovers({ axes }: WindowGeometry): Meetings {
  return roomFor(axes, (axis) => axis.coverCount);
}

function roomFor(axes: readonly AxisWindow[], counts: (axis: AxisWindow) => Iterable<number>): Meetings {
  let most = 1;
  for (const axis of axes) {
    let mostOfAxis = 0;
    for (const count of counts(axis)) mostOfAxis = Math.max(mostOfAxis, count);
    most *= mostOfAxis;
  }
  return { count: 0, at: new Int32Array(most), tap: new Int32Array(most) };
}

/** Visits every output of a plane, in row-major order, after filling `taps` with the valid taps of its window. */
export function forEachWindow({ axes }: WindowGeometry, taps: Meetings, visit: (output: number) => void): void {
  const [depth, height, width] = axes;
  const { at, tap } = taps;
  let output = 0;
  for (let od = 0; od < depth.output; od++) {
    for (let oh = 0; oh < height.output; oh++) {
      for (let ow = 0; ow < width.output; ow++) {
        let count = 0;
        for (let jd = 0; jd < depth.count[od]; jd++) {
          const id = depth.start[od] + jd * depth.dilation;
          const kd = depth.firstTap[od] + jd;
          for (let jh = 0; jh < height.count[oh]; jh++) {
            const ih = height.start[oh] + jh * height.dilation;
            const kh = height.firstTap[oh] + jh;
            const rowAt = (id * height.input + ih) * width.input + width.start[ow];
            const rowTap = (kd * height.kernel + kh) * width.kernel + width.firstTap[ow];
            for (let jw = 0; jw < width.count[ow]; jw++) {
              at[count] = rowAt + jw * width.dilation;
              tap[count] = rowTap + jw;
              count++;
            }
          }
        }
        taps.count = count;
        visit(output++);
      }
    }
  }
}

/** Visits every input of a plane, in row-major order, after filling `covers` with the outputs that look at it. */
export function forEachCover({ axes }: WindowGeometry, covers: Meetings, visit: (input: number) => void): void {
  const [depth, height, width] = axes;
  const { at, tap } = covers;
  let input = 0;
  for (let id = 0; id < depth.input; id++) {
    for (let ih = 0; ih < height.input; ih++) {
      for (let iw = 0; iw < width.input; iw++) {
        let count = 0;
        for (let jd = 0; jd < depth.coverCount[id]; jd++) {
          const od = depth.coverStart[id] + jd * depth.coverStep;
          const kd = tapAt(depth, id, od);
          for (let jh = 0; jh < height.coverCount[ih]; jh++) {
            const oh = height.coverStart[ih] + jh * height.coverStep;
            const kh = tapAt(height, ih, oh);
            for (let jw = 0; jw < width.coverCount[iw]; jw++) {
              const ow = width.coverStart[iw] + jw * width.coverStep;
              const kw = tapAt(width, iw, ow);
              at[count] = (od * height.output + oh) * width.output + ow;
              tap[count] = (kd * height.kernel + kh) * width.kernel + kw;
              count++;
            }
          }
        }
        covers.count = count;
        visit(input++);
      }
    }
  }
}

/** With which tap of the kernel an output sees an input that it covers. */
function tapAt(axis: AxisWindow, input: number, output: number): number {
  return axis.firstTap[output] + (input - axis.start[output]) / axis.dilation;
}

/** What an average divides by. */
export type AverageDivisor = Extract<PoolFn, { fn: 'avg' }>['divisor'];

/** Per output of a plane: by how much an average divides its sum; the same forward and backward. */
export function averageDivisors({ axes }: WindowGeometry, rule: AverageDivisor): Float64Array {
  const [depth, height, width] = axes;
  const divisors = new Float64Array(depth.output * height.output * width.output);
  let output = 0;
  for (let od = 0; od < depth.output; od++) {
    for (let oh = 0; oh < height.output; oh++) {
      for (let ow = 0; ow < width.output; ow++) {
        if (rule === 'taps') divisors[output++] = depth.count[od] * height.count[oh] * width.count[ow];
        else if (rule === 'window') divisors[output++] = depth.span[od] * height.span[oh] * width.span[ow];
        else divisors[output++] = rule;
      }
    }
  }
  return divisors;
}
