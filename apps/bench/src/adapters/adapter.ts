import type { Layout, Workload } from '../workloads/workload.js';

/** One thing to measure, ready to run. */
export interface Prepared {
  /** One whole call, result allocated and given back. What is asynchronous is waited for. */
  run(): void | Promise<void>;
  /** The result of one call in the layout that was asked for; a training step gives all parameters after it. */
  output(): Float32Array | Promise<Float32Array>;
  dispose?(): void | Promise<void>;
}

/** A peer that is loaded and idle. */
export interface Peer {
  readonly version: string;
  /** How many threads it really uses. */
  readonly threads: number;
  /** @throws {@link Unsupported} for what it cannot do. */
  prepare(workload: Workload, layout: Layout): Prepared | Promise<Prepared>;
}

/** What an adapter cannot know itself, because it is the same in Node and in a browser. */
export interface Surroundings {
  /** What runs JavaScript here, with its version. */
  readonly engine: string;
  /** The version of an installed package. */
  version(name: string): string;
  /** Where the files are that a package loads when it runs: a folder or an address, with a slash at its end. */
  files(name: string): string;
}

/** What an adapter is told when it is opened. */
export interface OpenOptions {
  readonly surroundings: Surroundings;
  readonly threads: number;
  /** For Cenote: the device to compute on. */
  readonly device: string;
}

/** What a file in this folder exports as `open`. */
export type Open = (options: OpenOptions) => Promise<Peer>;

/** Thrown by {@link Peer.prepare} for a workload that the peer has no operation for: no failure, just nothing to time. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}
