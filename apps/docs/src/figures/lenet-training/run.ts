import { plan, type TrainingSettings } from './settings.js';
import type { BatchPoint, TestPoint } from './training.js';
import type { FromWorker } from './worker-messages.js';

/** How far a run is. */
export type Phase = 'drawing' | 'training' | 'paused' | 'complete' | 'stopped' | 'failed';

/** A training as the page knows it. */
export interface Run {
  readonly settings: TrainingSettings;
  readonly phase: Phase;
  /** Share of the digits that are drawn. */
  readonly drawn: number;
  /** Batches in all; 0 until that is known. */
  readonly steps: number;
  /** Where it computes, `cpu`; empty until that is known. */
  readonly device: string;
  readonly threads: number;
  readonly batches: readonly BatchPoint[];
  readonly tests: readonly TestPoint[];
  /** What went wrong, in the words of the library. */
  readonly error: string | null;
  /** Seconds in all, once it has ended. */
  readonly seconds: number | null;
}

/** A run that was just asked for. */
export function newRun(settings: TrainingSettings): Run {
  return {
    settings,
    phase: 'drawing',
    drawn: 0,
    steps: 0,
    device: '',
    threads: 1,
    batches: [],
    tests: [],
    error: null,
    seconds: null,
  };
}

/** The run after a message of its worker. */
export function afterMessage(run: Run, message: FromWorker): Run {
  switch (message.kind) {
    case 'digits':
      return { ...run, drawn: message.done / message.total };
    case 'begin': {
      const { steps, device, threads } = message;
      return { ...run, steps, device, threads, phase: run.phase === 'drawing' ? 'training' : run.phase };
    }
    case 'points':
      return { ...run, batches: [...run.batches, ...message.batches], tests: [...run.tests, ...message.tests] };
    case 'end':
      return { ...run, phase: message.complete ? 'complete' : 'stopped', seconds: message.seconds };
    case 'failed':
      return { ...run, phase: 'failed', error: message.message };
    case 'weights':
      return run;
  }
}

/** Whether it can be paused or stopped. */
export function isUnderWay({ phase }: Run): boolean {
  return phase === 'drawing' || phase === 'training' || phase === 'paused';
}

/** The first look at the test digits at which it had reached the goal. */
export function goalOf({ tests }: Run): TestPoint | null {
  return tests.find(({ accuracy }) => accuracy >= plan.goal) ?? null;
}

/** Digits trained on in a second, tests and drawing included; `null` before the first test. */
export function digitsPerSecond({ tests }: Run): number | null {
  const last = tests.at(-1);
  return last === undefined ? null : (last.step * plan.batchSize) / last.seconds;
}
