import { avgPool2d, globalAvgPool, maxPool2d, type Tensor } from 'cenote';

/** What a row pools with. */
export interface BenchRow {
  /** Unlike any other row's. */
  readonly id: string;
  /** As it is shown; the same in every language. */
  readonly title: string;
  readonly fn: 'max' | 'avg';
  /** `[N, C, H, W]`. */
  readonly shape: readonly [number, number, number, number];
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

function row(
  id: string,
  fn: 'max' | 'avg',
  shape: BenchRow['shape'],
  window: readonly [number, number, number],
): BenchRow {
  const [kernel, stride, padding] = window;
  const isGlobal = kernel === shape[2] && padding === 0;
  const parts = isGlobal
    ? `global ${fn}`
    : `${fn} ${kernel}×${kernel}, stride ${stride}${padding === 0 ? '' : `, padding ${padding}`}`;
  return { id, title: `${parts} of [${shape.join(', ')}]`, fn, shape, kernel, stride, padding };
}

/** What is measured: the windows of small networks, a large one, a whole plane, and a very small input. */
export const benchRows: readonly BenchRow[] = [
  row('max2', 'max', [64, 6, 28, 28], [2, 2, 0]),
  row('max3', 'max', [2, 64, 56, 56], [3, 2, 1]),
  row('avg3', 'avg', [2, 64, 56, 56], [3, 1, 1]),
  row('max15', 'max', [1, 8, 256, 256], [15, 1, 7]),
  row('global', 'avg', [16, 256, 7, 7], [7, 7, 0]),
  row('tiny', 'max', [1, 1, 4, 4], [2, 2, 0]),
];

/** The height of a row's output, which is also its width. */
export function outputSize({ shape, kernel, stride, padding }: BenchRow): number {
  return Math.floor((shape[2] + 2 * padding - kernel) / stride) + 1;
}

/** Elements of a row's input and output. */
export function elementCounts(bench: BenchRow): { readonly input: number; readonly output: number } {
  const [batch, channels, height, width] = bench.shape;
  return { input: batch * channels * height * width, output: batch * channels * outputSize(bench) ** 2 };
}

/** The row as Cenote computes it. */
export function pooled({ fn, shape, kernel, stride, padding }: BenchRow, x: Tensor): Tensor {
  if (kernel === shape[2] && padding === 0) return globalAvgPool(x);
  return fn === 'max' ? maxPool2d(x, kernel, { stride, padding }) : avgPool2d(x, kernel, { stride, padding });
}

/** Numbers to pool, the same at every visit: between 0 and 1, in an order without a pattern. */
export function benchInput(bench: BenchRow): Float32Array<ArrayBuffer> {
  let state = 12345;
  return Float32Array.from({ length: elementCounts(bench).input }, () => {
    // The generator of Numerical Recipes: good enough to have no order that a branch predictor could learn.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}
