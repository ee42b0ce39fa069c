/** The part of `apps/bench/results/snapshot.json` that the site shows. */
export interface Snapshot {
  readonly created: string;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly system: string;
    readonly node: string;
  };
  readonly rows: readonly SnapshotRow[];
  /** What a page loads for a first pooling; `null` where it could not be bundled. */
  readonly size: readonly { readonly name: string; readonly gzipped: number | null }[];
}

/** One operation on one input. */
export interface SnapshotRow {
  /** The suite and the title. */
  readonly id: string;
  readonly title: string;
  readonly suite: string;
  readonly windowSize: number | null;
  readonly entries: readonly {
    readonly peer: string;
    readonly threads: number;
    readonly status: string;
    /** Nanoseconds. */
    readonly time?: { readonly median: number };
  }[];
}

/** A peer with the time of its fastest layout, in nanoseconds. */
export interface PeerTime {
  readonly peer: string;
  readonly median: number;
}

/** The peers of a row with as many threads, the fastest first. A copy of the same bytes is one of them: `floor`. */
export function fastestTimes(row: SnapshotRow, threads: number): PeerTime[] {
  const best = new Map<string, number>();
  for (const { peer, threads: used, time } of row.entries) {
    if (time === undefined || (used !== threads && peer !== 'floor')) continue;
    best.set(peer, Math.min(time.median, best.get(peer) ?? Number.POSITIVE_INFINITY));
  }
  return [...best].map(([peer, median]) => ({ peer, median })).toSorted((a, b) => a.median - b.median);
}

/** What peers are called. */
export const peerTitles: Readonly<Record<string, string>> = {
  floor: 'copy',
  cenote: 'Cenote',
  plain: 'plain loops',
  'tfjs-cpu': 'TensorFlow.js cpu',
  'tfjs-wasm': 'TensorFlow.js wasm',
  'ort-web': 'ONNX Runtime Web',
  'ort-node': 'ONNX Runtime native',
  'jax-js': 'jax-js',
  pytorch: 'PyTorch',
};

/** A section of a Markdown file, without its heading. */
export function section(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start === -1) throw new Error(`The results have no section "${heading}"`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines
    .slice(start + 1, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}
