import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Result } from './result.js';

/** What this was measured on. */
export function describeMachine(): Result['machine'] {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}
