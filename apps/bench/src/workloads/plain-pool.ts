import { type AxisWindows, type PoolWorkload, windowsOf } from './workload.js';

/** A window of three axes, clipped to the input: from the first tap up to, not including, the last. */
interface Bounds {
  d0: number;
  d1: number;
  h0: number;
  h1: number;
  w0: number;
  w1: number;
}

/** Windows over three axes; one and two axes are three with units in front. */
interface Volume {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Elements of a plane of the input. */
  readonly size: number;
  readonly windows: readonly [AxisWindows, AxisWindows, AxisWindows];
}

const unit: AxisWindows = { starts: Int32Array.of(0), ends: Int32Array.of(1) };

function volumeOf(workload: PoolWorkload): Volume {
  const spatial = workload.input.slice(2);
  const [d, h, w] = [...Array<number>(3 - spatial.length).fill(1), ...spatial];
  const [depth, height, width] = [...Array<AxisWindows>(3 - spatial.length).fill(unit), ...windowsOf(workload)];
  return {
    planes: workload.input[0] * workload.input[1],
    height: h,
    width: w,
    size: d * h * w,
    windows: [depth, height, width],
  };
}

/** Calls `visit` for each output in its order, with its window and where its plane of the input starts. */
function eachWindow(
  { planes, size, windows: [depth, height, width] }: Volume,
  visit: (output: number, window: Bounds, plane: number) => void,
): void {
  const window: Bounds = { d0: 0, d1: 0, h0: 0, h1: 0, w0: 0, w1: 0 };
  let output = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let d = 0; d < depth.starts.length; d++) {
      window.d0 = depth.starts[d];
      window.d1 = depth.ends[d];
      for (let h = 0; h < height.starts.length; h++) {
        window.h0 = height.starts[h];
        window.h1 = height.ends[h];
        for (let w = 0; w < width.starts.length; w++) {
          window.w0 = width.starts[w];
          window.w1 = width.ends[w];
          visit(output++, window, plane * size);
        }
      }
    }
  }
}

/** Pooling as a chapter on pooling writes it: a loop for each axis of the output, and one for each axis of the window. */
export function plainPool(workload: PoolWorkload): (x: Float32Array) => Float32Array {
  const volume = volumeOf(workload);
  const { height, width } = volume;
  const outputs = volume.windows.reduce((product, { starts }) => product * starts.length, volume.planes);
  return (x) => {
    const y = new Float32Array(outputs);
    eachWindow(
      volume,
      workload.fn === 'max'
        ? (output, { d0, d1, h0, h1, w0, w1 }, plane) => {
            let largest = Number.NEGATIVE_INFINITY;
            for (let d = d0; d < d1; d++) {
              for (let h = h0; h < h1; h++) {
                const row = plane + (d * height + h) * width;
                for (let w = w0; w < w1; w++) largest = Math.max(largest, x[row + w]);
              }
            }
            y[output] = largest;
          }
        : (output, { d0, d1, h0, h1, w0, w1 }, plane) => {
            let sum = 0;
            for (let d = d0; d < d1; d++) {
              for (let h = h0; h < h1; h++) {
                const row = plane + (d * height + h) * width;
                for (let w = w0; w < w1; w++) sum += x[row + w];
              }
            }
            y[output] = sum / ((d1 - d0) * (h1 - h0) * (w1 - w0));
          },
    );
    return y;
  };
}

/** The gradient of {@link plainPool}: each output hands its gradient to the first maximum, or in equal parts to all taps. */
export function plainPoolGradient(workload: PoolWorkload): (x: Float32Array, dy: Float32Array) => Float32Array {
  const volume = volumeOf(workload);
  const { height, width } = volume;
  return (x, dy) => {
    const dx = new Float32Array(x.length);
    eachWindow(
      volume,
      workload.fn === 'max'
        ? (output, { d0, d1, h0, h1, w0, w1 }, plane) => {
            let best = plane + (d0 * height + h0) * width + w0;
            for (let d = d0; d < d1; d++) {
              for (let h = h0; h < h1; h++) {
                const row = plane + (d * height + h) * width;
                for (let w = w0; w < w1; w++) if (x[row + w] > x[best]) best = row + w;
              }
            }
            dx[best] += dy[output];
          }
        : (output, { d0, d1, h0, h1, w0, w1 }, plane) => {
            const part = dy[output] / ((d1 - d0) * (h1 - h0) * (w1 - w0));
            for (let d = d0; d < d1; d++) {
              for (let h = h0; h < h1; h++) {
                const row = plane + (d * height + h) * width;
                for (let w = w0; w < w1; w++) dx[row + w] += part;
              }
            }
          },
    );
    return dx;
  };
}
