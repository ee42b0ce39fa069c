import { readFileSync } from 'node:fs';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
  fromData,
  lpPool1d,
  lpPool2d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
  type PooledWithIndices,
  type Tensor,
} from '@cenote/tensor';

type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/** One call of PyTorch, as `tooling/goldens/random_pool.py` writes it. */
export interface PoolingGolden {
  /** Our name of the function. */
  readonly f: string;
  readonly seed: number;
  /** The input's shape, and what is in it. */
  readonly x: readonly number[];
  readonly kind: keyof typeof kinds;
  /** Kernel, stride, padding, dilation, ceil mode. */
  readonly k?: readonly number[];
  readonly s?: readonly number[];
  readonly p?: readonly number[];
  readonly d?: readonly number[];
  readonly c?: 1;
  readonly countIncludePad?: false;
  readonly divisorOverride?: number;
  readonly norm?: number;
  /** The output's size, or its ratio to the input's. */
  readonly o?: readonly number[];
  readonly ratio?: number;
  /** The random numbers of each plane, where they are not made from the seed. */
  readonly u?: readonly number[];
  /** Of fractional pooling, whose random numbers are rounded: the dtype. Others are for any. */
  readonly dtype?: 'f32' | 'f64';
  readonly y: readonly [shape: readonly number[], data: readonly JsonNumber[]];
  readonly i?: readonly number[];
  readonly dx?: readonly JsonNumber[];
}

export const poolingGoldens: readonly PoolingGolden[] = readFileSync(
  new URL('goldens/pooling.jsonl', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line): PoolingGolden => JSON.parse(line));

/** What an element is, from its 32-bit hash: the script's `KINDS`. */
const kinds = {
  values: (h: number) => ((h >>> 20) % 19) - 9,
  ties: (h: number) => h % 3,
  special: (h: number) => [Number.NaN, Infinity, -Infinity][(h >>> 8) % 6] ?? (h % 5) - 2,
  mostlyMinusInfinity: (h: number) => ((h >>> 8) % 4 === 0 ? (h >>> 20) % 5 : -Infinity),
  values7560: (h: number) => (((h >>> 20) % 19) - 9) * 7560,
  positive: (h: number) => (((h >>> 20) % 24) + 1) / 4,
  fractions: (h: number) => (h >>> 8) / 2 ** 21 - 4,
  unit: (h: number) => (h >>> 8) / 2 ** 24,
  /** The position itself. */
  rising: (_: number, i: number) => i,
};

function hash(seed: number, i: number): number {
  let h = Math.imul(i + 1, 2654435761) ^ Math.imul(seed + 1, 2246822507);
  h ^= h >>> 15;
  h = Math.imul(h, 739982445);
  h ^= h >>> 12;
  h = Math.imul(h, 695872825);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The tensor that both sides make from a seed. */
export function filled(
  kind: keyof typeof kinds,
  seed: number,
  shape: readonly number[],
  dtype: 'f32' | 'f64',
  requiresGrad = false,
): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Float64Array.from({ length: count }, (_, i) => kinds[kind](hash(seed, i), i));
  return fromData(values, shape, { dtype, requiresGrad });
}

/** The call of a record, for an input of its own. */
export function callOf(golden: PoolingGolden, dtype: 'f32' | 'f64'): (x: Tensor) => PooledWithIndices | Tensor {
  const { f, k = [], s, p, d, o = [], norm = 2 } = golden;
  const window = { kernelSize: k, stride: s, padding: p, dilation: d, ceilMode: golden.c === 1 };
  const { countIncludePad = true, divisorOverride = null } = golden;
  const maximum = { ...window, returnIndices: true } as const;
  const average = { ...window, countIncludePad, divisorOverride };
  const unpooling = { kernelSize: k, stride: s, padding: p, outputSize: golden.o };
  const indices = () => fromData(Float64Array.from(golden.i ?? []), golden.x, { dtype: 'i32' });
  const calls: { readonly [name: string]: (x: Tensor) => PooledWithIndices | Tensor } = {
    maxPool1d: (x) => maxPool1d(x, maximum),
    maxPool2d: (x) => maxPool2d(x, maximum),
    maxPool3d: (x) => maxPool3d(x, maximum),
    avgPool1d: (x) => avgPool1d(x, average),
    avgPool2d: (x) => avgPool2d(x, average),
    avgPool3d: (x) => avgPool3d(x, average),
    lpPool1d: (x) => lpPool1d(x, norm, window),
    lpPool2d: (x) => lpPool2d(x, norm, window),
    adaptiveMaxPool1d: (x) => adaptiveMaxPool1d(x, o, { returnIndices: true }),
    adaptiveMaxPool2d: (x) => adaptiveMaxPool2d(x, o, { returnIndices: true }),
    adaptiveMaxPool3d: (x) => adaptiveMaxPool3d(x, o, { returnIndices: true }),
    adaptiveAvgPool1d: (x) => adaptiveAvgPool1d(x, o),
    adaptiveAvgPool2d: (x) => adaptiveAvgPool2d(x, o),
    adaptiveAvgPool3d: (x) => adaptiveAvgPool3d(x, o),
    maxUnpool1d: (x) => maxUnpool1d(x, indices(), unpooling),
    maxUnpool2d: (x) => maxUnpool2d(x, indices(), unpooling),
    maxUnpool3d: (x) => maxUnpool3d(x, indices(), unpooling),
    fractionalMaxPool2d: (x) => fractionalMaxPool2d(x, k, fractionalOptions(golden, 2, dtype)),
    fractionalMaxPool3d: (x) => fractionalMaxPool3d(x, k, fractionalOptions(golden, 3, dtype)),
  };
  return calls[f];
}

function fractionalOptions({ x, o, ratio, seed, u }: PoolingGolden, rank: 2 | 3, dtype: 'f32' | 'f64') {
  const lead = x.slice(0, x.length - rank);
  const shape = [...new Array<number>(2 - lead.length).fill(1), ...lead, rank];
  return {
    outputSize: o,
    outputRatio: ratio,
    returnIndices: true,
    randomSamples: u ? fromData(Float64Array.from(u), shape, { dtype }) : filled('unit', seed + 2, shape, dtype),
  } as const;
}

/** The gradient that is given to the output of a record. */
export function outputGradient({ f, y, seed }: PoolingGolden, dtype: 'f32' | 'f64'): Tensor {
  return filled(/^(adaptiveAvg|avg)/.test(f) ? 'values7560' : 'values', seed + 7919, y[0], dtype);
}
