import { readFileSync } from 'node:fs';
import { fastestTimes, peerTitles, type Snapshot, type SnapshotRow } from '../src/benchmarks/snapshot.js';

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

const peers = ['cenote', 'pytorch', 'ort-node', 'tfjs-wasm'];

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
    if (front.gzipped === null) throw new Error('apps/bench/results/snapshot.json has no size of the front door.');
    return {
      date: snapshot.created.slice(0, 10),
      machine: `${snapshot.machine.processor}, Node ${snapshot.machine.node}`,
      peers: peers.map((peer) => peerTitles[peer]),
      rows: quoted.map((id) => measuredRow(find(snapshot.rows, (row) => row.id === id, id))),
      kilobytes: Math.round(front.gzipped / 1000),
    };
  },
};

/** Of each library the fastest layout. */
function measuredRow(row: SnapshotRow): MeasuredRow {
  const measured = fastestTimes(row, 1).filter(({ peer }) => peers.includes(peer));
  const times = peers.map((peer) => {
    const median = measured.find((time) => time.peer === peer)?.median;
    return median === undefined ? null : duration(median);
  });
  return { title: row.title, times, fastest: peers.indexOf(measured[0]?.peer) };
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
