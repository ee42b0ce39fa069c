import type { PeerName } from '../peers.js';
import type { Layout, Workload } from '../workloads/workload.js';

/**
 * What the bench asks a worker, one JSON object a line on its standard input. Workers are processes, and PyTorch's is a
 * Python script: the protocol is what they have in common.
 */
export type Ask =
  | { readonly ask: 'open'; readonly peer: PeerName; readonly threads: number; readonly device: string }
  | ({ readonly ask: 'prepare' } & Question)
  /** One more call of what was prepared, and its result. */
  | ({ readonly ask: 'check' } & Question)
  /** A copy of so many bytes. */
  | { readonly ask: 'prepareCopy'; readonly key: string; readonly bytes: number }
  /** Independent multiplications and additions in registers; `relaxed` fuses them, where the engine can. */
  | { readonly ask: 'preparePeak'; readonly key: string; readonly relaxed: boolean }
  | { readonly ask: 'calibrate'; readonly key: string; readonly budget: number }
  | { readonly ask: 'sample'; readonly key: string; readonly iterations: number; readonly budget: number }
  /** Many calls, and what memory is held after them. */
  | { readonly ask: 'memory'; readonly key: string; readonly calls: number; readonly budget: number }
  | { readonly ask: 'release'; readonly key: string };

/** Some values of a result. */
interface Question {
  /** What the prepared call goes by. */
  readonly key: string;
  readonly workload: Workload;
  readonly layout: Layout;
  /** Where to read the result, as indices into it channels first. */
  readonly positions: readonly number[];
}

/** Answers, by what was asked. */
export interface Answers {
  readonly open: { readonly version: string; readonly threads: number };
  readonly prepare: {
    /** The values at the positions; what JSON cannot write (NaN, infinities) is null. */
    readonly values: readonly (number | null)[];
    /** Nanoseconds of the first call, compilation included. */
    readonly firstCall: number;
  };
  readonly check: {
    /** As above. */
    readonly values: readonly (number | null)[];
  };
  readonly prepareCopy: Record<string, never>;
  readonly preparePeak: { /** Of one call. */ readonly operations: number };
  readonly calibrate: { readonly call: number; readonly iterations: number };
  readonly sample: { readonly samples: readonly number[] };
  readonly memory: {
    /** How many calls were made. */
    readonly calls: number;
    /** Bytes. */
    readonly heapGrowth: number;
    readonly residentGrowth: number;
  };
  readonly release: Record<string, never>;
}

/** A line of a worker that is an answer begins with this; the others are what its libraries print. */
export const answerMark = '@@bench ';

/** What a line after {@link answerMark} holds. */
export type Reply =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly kind: 'unsupported' | 'failed'; readonly message: string };
