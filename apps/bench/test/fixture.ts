import type { Entry, Measured, Result, Row } from '../src/result.js';
import { timingOf } from '../src/statistics.js';

/** An entry whose samples lie around a time, in milliseconds. */
export function measured(
  contender: Pick<Measured, 'peer'> & Partial<Pick<Measured, 'layout' | 'threads' | 'cold'>>,
  milliseconds: number,
  spread = 0.02,
): Measured {
  const round = [1 - spread, 1, 1 + spread].map((factor) => milliseconds * factor * 1e6);
  const time = timingOf([round, round, round]);
  return { layout: 'channelsFirst', threads: 1, cold: false, ...contender, status: 'measured', time };
}

/** A row of pooling. */
export function poolRow(entries: readonly Entry[], title = 'max 2×2 s2 of [1,1,8,8]'): Row {
  return {
    id: `pool: ${title}`,
    title,
    suite: 'pool',
    windowSize: null,
    bytes: 320,
    operations: null,
    pace: null,
    entries: [...entries],
  };
}

/** A row of the window suite. */
export function windowRow(size: number, entries: readonly Entry[]): Row {
  const title = `max ${size}×${size} s1 of [1,16,512,512]`;
  return { ...poolRow(entries, title), id: `window: ${title}`, suite: 'window', windowSize: size };
}

/** A row of matrix products. */
export function gemmRow(entries: readonly Entry[]): Row {
  const title = 'matmul [512,512] · [512,512]';
  const operations = 2 * 512 ** 3;
  return { ...poolRow(entries, title), id: `gemm: ${title}`, suite: 'gemm', bytes: null, operations };
}

/** A result with these rows. */
export function resultOf(rows: readonly Row[], changes: Partial<Result> = {}): Result {
  return {
    format: 'cenote-bench',
    version: 1,
    created: '2030-01-02T03:04:05.000Z',
    settings: {
      quick: false,
      threads: [1],
      device: 'default',
      suites: ['pool'],
      filter: null,
      peers: ['floor', 'cenote', 'pytorch'],
      seconds: 12.3,
    },
    machine: {
      processor: 'A <fast> processor',
      processors: 2,
      memoryBytes: 8e9,
      system: 'Linux',
      node: '20.0.0',
      v8: '11.3',
    },
    versions: { cenote: '0.0.0 (cpu)', pytorch: '1.13.0' },
    rows: [...rows],
    peaks: { 'mul and add': 48.1, 'relaxed madd': null },
    startup: [
      {
        peer: 'cenote',
        firstResult: timingOf([[35e6, 36e6]]),
        process: timingOf([[80e6, 81e6]]),
        message: null,
      },
      { peer: 'pytorch', firstResult: null, process: null, message: 'No module named torch' },
    ],
    size: [{ name: 'Cenote: front door', minified: 123_456, gzipped: 41_234, message: null }],
    memory: [{ peer: 'cenote', calls: 1000, heapGrowth: -4096, residentGrowth: 1_000_000, message: null }],
    ...changes,
  };
}

/** A result with a bit of everything: a loss, a wrong answer, a missing peer, window sizes, a product. */
export const mixed: Result = resultOf([
  poolRow([
    measured({ peer: 'floor' }, 1),
    measured({ peer: 'cenote' }, 3),
    measured({ peer: 'cenote', layout: 'channelsLast' }, 2),
    measured({ peer: 'tfjs-wasm', layout: 'channelsLast' }, 2.5),
    measured({ peer: 'ort-node' }, 2),
    measured({ peer: 'pytorch', layout: 'blocked' }, 4),
    {
      peer: 'jax-js',
      layout: 'channelsFirst',
      threads: 1,
      status: 'wrong',
      message: '3 of 16 checked values are wrong: <NaN>',
    },
    { peer: 'ort-web', layout: 'channelsFirst', threads: 1, status: 'unsupported', message: 'no adaptive windows' },
  ]),
  windowRow(3, [measured({ peer: 'cenote' }, 5), measured({ peer: 'ort-web' }, 30)]),
  windowRow(63, [measured({ peer: 'cenote' }, 6), measured({ peer: 'ort-web', cold: true }, 2000)]),
  gemmRow([measured({ peer: 'cenote' }, 10), measured({ peer: 'ort-node' }, 6)]),
]);
