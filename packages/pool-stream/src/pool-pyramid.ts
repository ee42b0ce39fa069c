import type { TypedArrayOf } from '@cenote/backend';
import { CenoteError, type Shape } from '@cenote/shape';
import { type PooledDType, type PoolStreamOptions, planOf } from './options.js';
import { type Band, type BandOptions, BandPooler, type Rows } from './pool-stream.js';

/** A band of one of the levels. */
export interface LevelBand<D extends PooledDType> extends Band<D> {
  /** From 1; level 0 is the input. */
  readonly level: number;
}

/** What a pyramid is made with. */
export interface PoolPyramidOptions<D extends PooledDType> extends PoolStreamOptions<D>, BandOptions {
  /** How often to pool, at least once. */
  readonly levels: number;
}

/** All levels of a pyramid in one pass over the input: bands of a level come in order, each as soon as it is complete. */
export interface PoolPyramid<D extends PooledDType> extends AsyncIterable<LevelBand<D>> {
  /** The shapes of the levels, that of level 1 first. */
  readonly shapes: readonly Shape[];
  readonly dtype: D;
  /** Bytes of elements that are held at most, as in {@link PoolStream}: for all levels together. */
  readonly bytes: number;
}

/**
 * Pools an image or a volume again and again in one pass: level 1 is made of the input, level 2 of level 1, and so on.
 *
 * @param rows The input, as of `poolStream`.
 * @throws CenoteError as `poolStream` does, also where a level is too small for the next window.
 *
 * @example
 * ```ts
 * const pyramid = poolPyramid(scan(), { fn: 'avg', kernelSize: 2, levels: 5, shape: [65536, 65536], dtype: 'u8' });
 * for await (const { level, start, data } of pyramid) await write(level, start, data);
 * ```
 */
export function poolPyramid<D extends PooledDType>(rows: Rows<D>, options: PoolPyramidOptions<D>): PoolPyramid<D> {
  const op = 'poolPyramid';
  const { levels, bandBytes } = options;
  if (!Number.isInteger(levels) || levels < 1) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'no such number of levels',
      got: `levels ${levels}`,
      expected: 'a whole number from 1 on',
      hint: 'Count the levels below the input',
    });
  }
  const plans = [planOf(op, options)];
  while (plans.length < levels) {
    plans.push(planOf(op, { ...options, shape: plans[plans.length - 1].geometry.outputShape }));
  }
  const start = () => plans.map((plan) => new BandPooler(op, plan, bandBytes));
  return {
    shapes: plans.map(({ geometry }) => geometry.outputShape),
    dtype: options.dtype,
    bytes: start().reduce((sum, { bytes }) => sum + bytes, 0),
    async *[Symbol.asyncIterator]() {
      const poolers = start();
      for await (const piece of rows) yield* descend(poolers, 0, piece);
      poolers[0].end();
    },
  };
}

/** What a piece of one level makes of the levels below it. */
async function* descend<D extends PooledDType>(
  poolers: readonly BandPooler<D>[],
  index: number,
  piece: TypedArrayOf[D],
): AsyncGenerator<LevelBand<D>, void, undefined> {
  for await (const band of poolers[index].push(piece)) {
    // First what is made of the band: whoever receives it may do with it what they like. It is less than the band itself.
    const below: LevelBand<D>[] = [];
    if (index + 1 < poolers.length) {
      for await (const smaller of descend(poolers, index + 1, band.data)) below.push(smaller);
    }
    yield { level: index + 1, ...band };
    yield* below;
  }
}
