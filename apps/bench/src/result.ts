import { z } from 'zod';
import { peerNames } from './peers.js';

/** The suites whose rows are workloads, timed side by side. */
export const timedSuites = ['pool', 'window', 'lenet', 'gemm', 'browser'] as const;
/** All suites, in the order in which they run. */
export const suiteNames = [...timedSuites, 'startup', 'size', 'memory'] as const;
/** What runs when no suite is named: a browser is for those who ask for it. */
export const defaultSuites = suiteNames.filter((name) => name !== 'browser');

export type TimedSuite = (typeof timedSuites)[number];
export type SuiteName = (typeof suiteNames)[number];

const timing = z.object({
  median: z.number(),
  lower: z.number(),
  upper: z.number(),
  fastest: z.number(),
  samples: z.number(),
  rounds: z.array(z.number()).readonly(),
  drift: z.number(),
});

const contender = {
  peer: z.enum(peerNames),
  layout: z.enum(['channelsFirst', 'channelsLast', 'blocked']),
  threads: z.number(),
};

const entry = z.discriminatedUnion('status', [
  z.object({
    ...contender,
    status: z.literal('measured'),
    time: timing,
    /** Whether the only call was the first one, because it took so long. */
    cold: z.boolean(),
  }),
  z.object({
    ...contender,
    /**
     * `unsupported`: has no such operation. `skipped`: would have taken too long. `wrong`: another answer than the
     * definition's. `failed`, `crashed`, `timeout`: gave none.
     */
    status: z.enum(['unsupported', 'skipped', 'wrong', 'failed', 'crashed', 'timeout']),
    message: z.string(),
  }),
]);

const row = z.object({
  /** Stays the same from run to run. */
  id: z.string(),
  title: z.string(),
  suite: z.enum(timedSuites),
  /** Where the row belongs in a plot over window sizes. */
  windowSize: z.number().nullable(),
  /** Bytes of input and output; null where they are not the limit. */
  bytes: z.number().nullable(),
  /** Multiplications and additions; null where they are not the limit. */
  operations: z.number().nullable(),
  /**
   * How many times as long a fixed piece of work took meanwhile as at its fastest in the run: 1 when nothing disturbed.
   * Null in results of before this was watched.
   */
  pace: z.number().nullable().default(null),
  entries: z.array(entry),
});

const startup = z.object({
  peer: z.enum(peerNames),
  /** Milliseconds from before the import to after the first result, and of the whole process. */
  firstResult: timing.nullable(),
  process: timing.nullable(),
  message: z.string().nullable(),
});

const size = z.object({
  name: z.string(),
  /** Bytes of the minified bundle, and of it compressed; files that are fetched beside it count. */
  minified: z.number().nullable(),
  gzipped: z.number().nullable(),
  message: z.string().nullable(),
});

const memory = z.object({
  peer: z.enum(peerNames),
  calls: z.number(),
  /** Bytes more than before, after collection. */
  heapGrowth: z.number().nullable(),
  residentGrowth: z.number().nullable(),
  message: z.string().nullable(),
});

/** What a run of the bench found: the JSON file. */
export const resultSchema = z.object({
  format: z.literal('cenote-bench'),
  version: z.literal(1),
  created: z.string(),
  settings: z.object({
    quick: z.boolean(),
    threads: z.array(z.number()),
    device: z.string(),
    suites: z.array(z.enum(suiteNames)),
    filter: z.string().nullable(),
    peers: z.array(z.enum(peerNames)),
    seconds: z.number(),
  }),
  machine: z.object({
    processor: z.string(),
    processors: z.number(),
    memoryBytes: z.number(),
    system: z.string(),
    node: z.string(),
    v8: z.string(),
  }),
  /** Versions of what was opened: the peers, and of the browser what there is to say. */
  versions: z.record(z.string(), z.string()),
  rows: z.array(row),
  /** GFLOP/s in registers, by kind of arithmetic; null where the engine has none of the kind. */
  peaks: z.record(z.string(), z.number().nullable()),
  startup: z.array(startup),
  size: z.array(size),
  memory: z.array(memory),
});

export type Result = z.infer<typeof resultSchema>;
export type Row = z.infer<typeof row>;
export type Entry = z.infer<typeof entry>;
export type Measured = Extract<Entry, { status: 'measured' }>;
export type StartupFacts = z.infer<typeof startup>;
export type SizeFacts = z.infer<typeof size>;
export type MemoryFacts = z.infer<typeof memory>;

/** Who is measured, in which layout, with how many threads. */
export type Contender = Pick<Entry, 'peer' | 'layout' | 'threads'>;
