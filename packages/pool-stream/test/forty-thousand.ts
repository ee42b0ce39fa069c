// A program of its own, so that its memory is: pools a generated scan of 40,000 × 40,000 in several ways and prints what it found
// as JSON.
import { cpuBackend } from '@cenote/backend-cpu';
import { poolStream } from '@cenote/pool-stream';
import { avgPool2d, createDevice, fromData, maxPool2d } from '@cenote/tensor';

const size = 40_000;
const overlapping = { kernelSize: 3, stride: 2, padding: 1 } as const;
const poolings = [
  { fn: 'max', window: { kernelSize: 2 } },
  { fn: 'avg', window: { kernelSize: 2 } },
  { fn: 'max', window: overlapping },
  { fn: 'avg', window: overlapping },
] as const;
type Pooling = (typeof poolings)[number];

/** Squares of the output to look at: in all corners, and all over. */
const square = 50;
const starts = [0, 3000, 9950, 14_017, 19_950].flatMap((row) =>
  [0, 7001, 19_950].map((column): readonly [number, number] => [row, column]),
);

/** Four pixels of the scan. */
function wordAt(row: number, word: number): number {
  const mixed = Math.imul(row * 10_007 + word, 0x9e37_79b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
}

/** Some rows of the scan, between two columns that are multiples of four. */
function scanRows(row: number, rows: number, from = 0, to = size): Uint8Array {
  const words = new Uint32Array((rows * (to - from)) / 4);
  let index = 0;
  for (let y = row; y < row + rows; y++) {
    for (let word = from / 4; word < to / 4; word++) words[index++] = wordAt(y, word);
  }
  return new Uint8Array(words.buffer);
}

/** Milliseconds that the scan took to make, all in all. */
let generating = 0;

function* scan() {
  for (let row = 0; row < size; row += 16) {
    const begin = performance.now();
    const piece = scanRows(row, 16);
    generating += performance.now() - begin;
    yield piece;
  }
}

/** The same square of the output, from a part of the scan that is larger on all sides, pooled in memory. */
async function inMemory({ fn, window }: Pooling, row: number, column: number): Promise<Uint8Array> {
  const top = Math.max(0, 2 * row - 4);
  const left = Math.max(0, 2 * column - 8) & ~3;
  const [bottom, right] = [Math.min(size, 2 * (row + square) + 4), Math.min(size, 2 * (column + square) + 8) & ~3];
  const x = fromData(scanRows(top, bottom - top, left, right), [bottom - top, right - left], { device });
  const y = fn === 'max' ? maxPool2d(x, window) : avgPool2d(x, window);
  const [data, width] = [await y.data('u8'), y.shape[1]];
  x.dispose();
  y.dispose();
  const picked = new Uint8Array(square * square);
  for (let index = 0; index < picked.length; index++) {
    const [r, c] = [row - top / 2 + Math.floor(index / square), column - left / 2 + (index % square)];
    picked[index] = data[r * width + c];
  }
  return picked;
}

/** Pools the whole scan, and compares squares of the result. */
async function run(pooling: Pooling) {
  const { fn, window } = pooling;
  const begin = performance.now();
  generating = 0;
  const pooled = poolStream(scan(), { fn, shape: [size, size], dtype: 'u8', device, ...window });
  const found = starts.map(() => new Uint8Array(square * square));
  const { shape, bytes } = pooled;
  for await (const { start, count, data } of pooled) {
    starts.forEach(([row, column], index) => {
      for (let r = Math.max(start, row); r < Math.min(start + count, row + square); r++) {
        const from = (r - start) * shape[1] + column;
        found[index].set(data.subarray(from, from + square), (r - row) * square);
      }
    });
  }
  const seconds = { generating: generating / 1000, pooling: (performance.now() - begin - generating) / 1000 };
  let wrong = 0;
  for (const [index, [row, column]] of starts.entries()) {
    const expected = await inMemory(pooling, row, column);
    wrong += found[index].reduce((sum, value, at) => sum + (value === expected[at] ? 0 : 1), 0);
  }
  const what = `${fn} of ${window.kernelSize} × ${window.kernelSize}`;
  return {
    ...{ what, shape, checked: starts.length * square * square, wrong, heldMegabytes: bytes / 1e6, seconds },
    megabytesPerSecond: Math.round((size * size) / 1e6 / seconds.pooling),
  };
}

const device = createDevice(cpuBackend());
const results = [];
for (const pooling of poolings) results.push(await run(pooling));
console.log(
  JSON.stringify({
    results,
    // Kilobytes, the most that the process ever had.
    residentMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  }),
);
