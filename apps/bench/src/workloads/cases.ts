import type { Place } from '../peers.js';
import type { TimedSuite } from '../result.js';
import type { PoolWorkload, Window, Workload } from './workload.js';

/** A row to be. */
export interface Case {
  /** Stays the same from run to run. */
  readonly id: string;
  readonly title: string;
  readonly suite: TimedSuite;
  readonly place: Place;
  /** Cases of one series differ in size only, the smallest first, so that long calls can be foreseen. */
  readonly series: string | null;
  readonly windowSize: number | null;
  /** Whether a quick run has it. */
  readonly quick: boolean;
  readonly workload: Workload;
}

interface PoolOptions {
  readonly fn?: 'max' | 'avg';
  readonly pass?: 'forward' | 'backward';
  readonly quick?: boolean;
}

/** A window of the same size, stride and padding along all axes. */
function sliding(axes: number, kernel: number, stride: number, padding = 0): Window {
  const all = (size: number) => Array<number>(axes).fill(size);
  return { kind: 'sliding', kernel: all(kernel), stride: all(stride), padding: all(padding) };
}

function describeWindow(window: Window): string {
  switch (window.kind) {
    case 'global':
      return 'global';
    case 'adaptive':
      return `adaptive to ${window.output.join('×')}`;
    case 'sliding': {
      const padding = window.padding[0] > 0 ? ` p${window.padding[0]}` : '';
      return `${window.kernel.join('×')} s${window.stride[0]}${padding}`;
    }
  }
}

function poolCase(input: readonly number[], window: Window, options: PoolOptions = {}): Case {
  const { fn = 'max', pass = 'forward', quick = false } = options;
  const workload: PoolWorkload = { kind: 'pool', fn, pass, input, window };
  const title = `${pass === 'backward' ? 'grad of ' : ''}${fn} ${describeWindow(window)} of [${input.join(',')}]`;
  return { id: `pool: ${title}`, title, suite: 'pool', place: 'node', series: null, windowSize: null, quick, workload };
}

/** Pooling as networks use it. */
const poolCases: readonly Case[] = [
  poolCase([256, 6, 28, 28], sliding(2, 2, 2), { quick: true }),
  poolCase([256, 6, 28, 28], sliding(2, 2, 2), { fn: 'avg' }),
  poolCase([8, 64, 112, 112], sliding(2, 3, 2, 1)),
  poolCase([8, 64, 224, 224], sliding(2, 2, 2)),
  poolCase([4, 64, 56, 56], sliding(2, 3, 1, 1), { quick: true }),
  poolCase([4, 64, 56, 56], sliding(2, 3, 1, 1), { fn: 'avg' }),
  poolCase([1, 16, 512, 512], sliding(2, 7, 1, 3)),
  poolCase([1, 16, 512, 512], sliding(2, 15, 1, 7), { fn: 'avg' }),
  poolCase([64, 64, 4096], sliding(1, 4, 4)),
  poolCase([2, 16, 32, 64, 64], sliding(3, 2, 2), { quick: true }),
  poolCase([32, 512, 7, 7], { kind: 'global' }, { fn: 'avg', quick: true }),
  poolCase([32, 512, 7, 7], { kind: 'global' }),
  poolCase([8, 64, 56, 56], { kind: 'adaptive', output: [7, 7] }, { fn: 'avg' }),
  poolCase([8, 64, 50, 50], { kind: 'adaptive', output: [7, 7] }),
  poolCase([256, 6, 28, 28], sliding(2, 2, 2), { pass: 'backward', quick: true }),
  poolCase([256, 6, 28, 28], sliding(2, 2, 2), { fn: 'avg', pass: 'backward' }),
  poolCase([8, 64, 112, 112], sliding(2, 3, 2, 1), { pass: 'backward' }),
  poolCase([8, 64, 224, 224], sliding(2, 2, 2), { pass: 'backward' }),
  poolCase([1, 1, 4, 4], sliding(2, 2, 2), { quick: true }),
  poolCase([1, 1, 4, 4], sliding(2, 2, 2), { fn: 'avg' }),
];

const windowSizes = [3, 5, 7, 11, 15, 23, 31, 47, 63];
const quickWindowSizes = [3, 15, 63];

/** One plane size, ever larger windows. */
const windowCases: readonly Case[] = (['max', 'avg'] as const).flatMap((fn) =>
  windowSizes.map((size): Case => {
    const window = sliding(2, size, 1, (size - 1) / 2);
    const workload: PoolWorkload = { kind: 'pool', fn, pass: 'forward', input: [1, 16, 512, 512], window };
    const title = `${fn} ${size}×${size} s1 of [1,16,512,512]`;
    const quick = fn === 'max' && quickWindowSizes.includes(size);
    return {
      id: `window: ${title}`,
      title,
      suite: 'window',
      place: 'node',
      series: `window ${fn}`,
      windowSize: size,
      quick,
      workload,
    };
  }),
);

const lenetCases: readonly Case[] = (['inference', 'training'] as const).map((pass) => {
  const title = pass === 'training' ? 'LeNet training step, batch 256' : 'LeNet inference, batch 256';
  const workload = { kind: 'lenet', pass, batch: 256 } as const;
  return {
    id: `lenet: ${title}`,
    title,
    suite: 'lenet',
    place: 'node',
    series: null,
    windowSize: null,
    quick: true,
    workload,
  };
});

const gemmSizes: readonly (readonly [rows: number, inner: number, columns: number, quick: boolean])[] = [
  [64, 64, 64, false],
  [128, 128, 128, false],
  [256, 256, 256, false],
  [512, 512, 512, true],
  [1024, 1024, 1024, false],
  // The first linear layer of the LeNet, and its second convolution over one picture.
  [256, 400, 120, false],
  [16, 150, 100, false],
];

const gemmCases: readonly Case[] = gemmSizes.map(([rows, inner, columns, quick]) => {
  const title = `matmul [${rows},${inner}] · [${inner},${columns}]`;
  const workload = { kind: 'gemm', rows, inner, columns } as const;
  return { id: `gemm: ${title}`, title, suite: 'gemm', place: 'node', series: null, windowSize: null, quick, workload };
});

/** The same pooling in Chromium: by processors. */
const pageCases: readonly Case[] = poolCases.map((each) => browserCase(each, 'chromium', each.quick));

const quickOnGpu = ['max 2×2 s2 of [256,6,28,28]', 'max 2×2 s2 of [1,1,4,4]'];
const windowsOnGpu = [15, 31, 63];

/** The same by WebGPU and WebGL, and some of the large windows. */
const gpuCases: readonly Case[] = [
  ...poolCases,
  ...windowCases.filter(({ title, windowSize }) => title.startsWith('max') && windowsOnGpu.includes(windowSize ?? 0)),
].map((each) => browserCase(each, 'gpu', quickOnGpu.includes(each.title)));

function browserCase(each: Case, place: 'chromium' | 'gpu', quick: boolean): Case {
  const title = `${place === 'chromium' ? 'Chromium' : 'GPU'}: ${each.title}`;
  return { ...each, id: `browser: ${title}`, title, suite: 'browser', place, quick };
}

/** All rows of all suites that are timed side by side. */
export const cases: readonly Case[] = [
  ...poolCases,
  ...windowCases,
  ...lenetCases,
  ...gemmCases,
  ...pageCases,
  ...gpuCases,
];
