/** Who is measured. */
export type Contender = 'copy' | 'plain' | 'cenote' | 'threads' | 'webgpu';

/** In the order in which they are shown. */
export const contenders: readonly Contender[] = ['copy', 'plain', 'cenote', 'threads', 'webgpu'];

/** What the worker says. */
export type Report =
  /** Who takes part here: threads only on isolated pages, WebGPU where there is an adapter. */
  | {
      readonly kind: 'ready';
      readonly threads: number;
      readonly isolated: boolean;
      readonly webgpu: string | null;
    }
  | { readonly kind: 'measured'; readonly row: string; readonly contender: Contender; readonly nanoseconds: number }
  /** An answer that differs from that of the plain loops is not timed. */
  | { readonly kind: 'wrong'; readonly row: string; readonly contender: Contender; readonly difference: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/** What has been reported so far. */
export interface Measurement {
  readonly state: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly threads: number;
  readonly isolated: boolean;
  readonly webgpu: string | null;
  /** Nanoseconds by row and contender; null for a wrong answer. */
  readonly times: ReadonlyMap<string, number | null>;
  readonly message: string | null;
}

export const nothingMeasured: Measurement = {
  state: 'idle',
  threads: 1,
  isolated: false,
  webgpu: null,
  times: new Map(),
  message: null,
};

/** The key of a time. */
export function timeKey(row: string, contender: Contender): string {
  return `${row} ${contender}`;
}

/** The measurement after one more report. */
export function reported(measurement: Measurement, report: Report): Measurement {
  switch (report.kind) {
    case 'ready':
      return { ...measurement, threads: report.threads, isolated: report.isolated, webgpu: report.webgpu };
    case 'measured':
    case 'wrong': {
      const time = report.kind === 'measured' ? report.nanoseconds : null;
      return { ...measurement, times: new Map([...measurement.times, [timeKey(report.row, report.contender), time]]) };
    }
    case 'done':
      return { ...measurement, state: 'done' };
    case 'failed':
      return { ...measurement, state: 'failed', message: report.message };
  }
}

/** Who takes part. */
export function taking({ threads, webgpu }: Measurement): readonly Contender[] {
  return contenders.filter((name) => (name !== 'threads' || threads > 1) && (name !== 'webgpu' || webgpu !== null));
}
