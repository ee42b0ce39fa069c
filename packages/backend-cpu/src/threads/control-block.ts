// The part of the shared memory through which the caller and its workers talk: words of the first page, which the heap
// leaves free. The same numbers stand in the source of the worker, which is put together from this table.

/** Positions of the words. */
export const control = {
  /** The doorbell: raised by one for each job; workers sleep on it. */
  epoch: 16,
  /** How many chunks of the job are not claimed yet. Whoever lowers it from n > 0 has claimed chunk n − 1. */
  unclaimed: 32,
  /** How many chunks workers have completed; the caller sleeps on it. */
  completed: 48,
  /** Not 0 when a kernel failed in a worker. */
  failed: 64,
  /** Not 0 when workers shall end. */
  stop: 65,
  /** The job: which function, its argument block, how many units in how many chunks. Stable while a chunk is claimed. */
  function: 80,
  block: 81,
  units: 82,
  chunks: 83,
  /** Scratch memory: that of thread t starts at scratch + t · scratchBytes; the caller is thread 0. */
  scratch: 84,
  scratchBytes: 85,
} as const;

/** The units of a chunk: from this one up to, not including, that of the next chunk. */
export function firstUnit(chunk: number, chunks: number, units: number): number {
  return Math.floor((chunk * units) / chunks);
}
