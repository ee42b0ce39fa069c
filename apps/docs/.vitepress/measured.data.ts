import { readFileSync } from 'node:fs';

/** A row of the home page's table: an operation, and how long each library takes for it on one thread. */
export interface MeasuredRow {
  readonly title: string;
  /** By peer, `2.40 ms`; `null` where it was not measured. */
  readonly times: readonly (string | null)[];
  /** Which of them is the fastest. */
  readonly fastest: number;
}

/** What the home page quotes from the committed results of the benchmarks. Nothing of it is typed by hand. */
export interface Measured {
  readonly date: string;
  readonly machine: string;
  readonly peers: readonly string[];
  readonly rows: readonly MeasuredRow[];
  /** What a page loads, compressed, in kB. */
  readonly kilobytes: number;
}

interface Snapshot {
  readonly created: string;
  readonly machine: { readonly processor: string; readonly node: string };
  readonly rows: readonly {
    readonly id: string;
    readonly title: string;
    readonly entries: readonly {
      readonly peer: string;
      readonly threads: number;
      readonly status: string;
      readonly time?: { readonly median: number };
    }[];
  }[];
  readonly size: readonly { readonly name: string; readonly gzipped: number }[];
}

const peers = [
  ['cenote', 'Cenote'],
  ['pytorch', 'PyTorch'],
  ['ort-node', 'ONNX Runtime'],
  ['tfjs-wasm', 'TensorFlow.js wasm'],
] as const;

/** The operations that a LeNet and an image classifier spend their time in, and one that is no contest but a defeat. */
const quoted = [
  'pool: max 2×2 s2 of [256,6,28,28]',
  'pool: max 3×3 s2 p1 of [8,64,112,112]',
  'pool: avg 15×15 s1 p7 of [1,16,512,512]',
  'lenet: LeNet training step, batch 256',
  'lenet: LeNet inference, batch 256',
];

export declare const data: Measured;

export default {
  watch: ['../../bench/results/snapshot.json'],
  load([file]: string[]): Measured {
    const snapshot = JSON.parse(readFileSync(file, 'utf8')) as Snapshot;
    const front = find(snapshot.size, ({ name }) => name === 'Cenote: front door', 'size of the front door');
    return {
      date: snapshot.created.slice(0, 10),
      machine: `${snapshot.machine.processor}, Node ${snapshot.machine.node}`,
      peers: peers.map(([, title]) => title),
      rows: quoted.map((id) => measuredRow(find(snapshot.rows, (row) => row.id === id, id))),
      kilobytes: Math.round(front.gzipped / 1000),
    };
  },
};

/** Of each library the fastest layout. */
function measuredRow({ title, entries }: Snapshot['rows'][number]): MeasuredRow {
  const medians = peers.map(([peer]) =>
    Math.min(
      ...entries
        .filter((entry) => entry.peer === peer && entry.threads === 1 && entry.status === 'measured')
        .map(({ time }) => time?.median ?? Number.POSITIVE_INFINITY),
    ),
  );
  const times = medians.map((median) => (Number.isFinite(median) ? duration(median) : null));
  return { title, times, fastest: medians.indexOf(Math.min(...medians)) };
}

/** Three digits, in the unit that suits them. */
function duration(nanoseconds: number): string {
  const [value, unit] = nanoseconds < 1e6 ? [nanoseconds / 1e3, 'µs'] : [nanoseconds / 1e6, 'ms'];
  return `${value.toPrecision(3)} ${unit}`;
}

function find<T>(values: readonly T[], isIt: (value: T) => boolean, what: string): T {
  const found = values.find(isIt);
  // The benchmarks have changed: the page has to quote something else.
  if (found === undefined) throw new Error(`apps/bench/results/snapshot.json has no ${what}.`);
  return found;
}
