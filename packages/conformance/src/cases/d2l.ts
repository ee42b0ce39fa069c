import type { PoolFn } from '@cenote/backend';
import type { Padding, PerAxis, Shape } from '@cenote/shape';
import { type ConformanceCase, makeCase } from '../case.js';

/** The worked examples of *Dive into Deep Learning*, section 7.5 "Pooling", as the book prints them. */
export function d2lCases(): readonly ConformanceCase[] {
  const small = { shape: [3, 3], data: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
  const range = Array.from({ length: 16 }, (_, i) => i);
  const square = { shape: [1, 1, 4, 4], data: range };
  const twoChannels = { shape: [1, 2, 4, 4], data: [...range, ...range.map((x) => x + 1)] };
  return [
    example('max-2x2', max, { kernelSize: 2, stride: 1 }, small, { shape: [2, 2], data: [4, 5, 7, 8] }),
    example('avg-2x2', avg, { kernelSize: 2, stride: 1 }, small, { shape: [2, 2], data: [2, 3, 5, 6] }),
    example('default-stride', max, { kernelSize: 3 }, square, { shape: [1, 1, 1, 1], data: [10] }),
    example('padding-and-stride', max, { kernelSize: 3, padding: 1, stride: 2 }, square, {
      shape: [1, 1, 2, 2],
      data: [5, 7, 13, 15],
    }),
    example('rectangular', max, { kernelSize: [2, 3], stride: [2, 3], padding: [0, 1] }, square, {
      shape: [1, 1, 2, 2],
      data: [5, 7, 13, 15],
    }),
    example('two-channels', max, { kernelSize: 3, padding: 1, stride: 2 }, twoChannels, {
      shape: [1, 2, 2, 2],
      data: [5, 7, 13, 15, 6, 8, 14, 16],
    }),
  ].flat();
}

const max: PoolFn = { fn: 'max' };
const avg: PoolFn = { fn: 'avg', divisor: 'window' };

interface Matrix {
  readonly shape: Shape;
  readonly data: readonly number[];
}

interface Options {
  readonly kernelSize: PerAxis<number>;
  readonly stride?: PerAxis<number>;
  readonly padding?: Padding;
}

function example(name: string, pool: PoolFn, options: Options, x: Matrix, y: Matrix): readonly ConformanceCase[] {
  const spec = { op: `${pool.fn}Pool2d`, rank: 2, ...options } as const;
  return (['f32', 'f64'] as const).map((dtype) =>
    makeCase({
      id: `d2l/${name}/${dtype}`,
      op: { kind: 'pool', pool, window: { kind: 'pool', spec, inputShape: x.shape }, indices: 'none' },
      inputs: [{ dtype, ...x }],
      expect: [{ dtype, ...y }],
      tolerance: 'equal',
    }),
  );
}
