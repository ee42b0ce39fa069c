import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PeerName } from '../peers.js';
import { appFolder } from '../versions.js';
import { type Answers, type Ask, answerMark, type Reply } from './protocol.js';

/** A row that came to nothing, and how. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
  readonly kind: 'unsupported' | 'wrong' | 'failed' | 'crashed' | 'timeout';

  constructor(kind: PeerError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What measures one peer with one number of threads: a process, or a page in a browser. */
export interface Client {
  /** Whether it can be asked anything. */
  readonly alive: boolean;
  /**
   * Asks one thing; one at a time.
   *
   * @param timeout Milliseconds, after which it is ended.
   * @throws {@link PeerError} when there is no answer, or it is that something failed.
   */
  ask<A extends Ask>(ask: A, timeout: number): Promise<Answers[A['ask']]>;
  /** Ends it. */
  close(): void;
}

/** How workers are started. */
export interface WorkerSettings {
  readonly peer: PeerName;
  readonly threads: number;
  /** The program that runs Python scripts. */
  readonly python: string;
}

/** How much of what a worker printed is kept, to explain its end. */
const keptLines = 20;

/**
 * A process that measures one peer with one number of threads. Thread pools stay apart this way, and a crash costs no
 * other peer anything. It is stopped while it has nothing to answer: after a call, the threads of some libraries go on
 * looking for work, for which those that are measured next would lack a processor.
 */
export class WorkerClient implements Client {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #waiting: { resolve(reply: Reply): void; reject(error: PeerError): void } | null = null;
  #ended: PeerError | null = null;

  constructor(settings: WorkerSettings) {
    const [program, args] = command(settings);
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, OMP_NUM_THREADS: String(settings.threads), TF_CPP_MIN_LOG_LEVEL: '3' },
    });
    const { stdout, stderr, stdin } = this.#child;
    if (stdout === null || stderr === null || stdin === null) throw new Error('a worker without pipes');
    createInterface({ input: stdout }).on('line', (line) => this.#hear(line));
    createInterface({ input: stderr }).on('line', (line) => this.#keep(line));
    // Writing to a process that has ended is reported as its end.
    stdin.on('error', () => {});
    this.#child.on('error', (error) => this.#end(new PeerError('failed', `could not start: ${error.message}`)));
    this.#child.on('close', (code, signal) => {
      const last = this.#lines.findLast((line) => line.trim() !== '' && !/^\s*at |^Node\.js v/.test(line));
      this.#end(
        new PeerError(
          'crashed',
          `ended with ${signal ?? `code ${code}`}${last === undefined ? '' : `: ${last.trim()}`}`,
        ),
      );
    });
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  async ask<A extends Ask>(ask: A, timeout: number): Promise<Answers[A['ask']]> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      const timer = setTimeout(() => {
        this.#end(timeoutError(timeout));
        this.#child.kill('SIGKILL');
      }, timeout);
      this.#waiting = {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#signal('SIGCONT');
      this.#child.stdin?.write(`${JSON.stringify(ask)}\n`);
    });
    this.#signal('SIGSTOP');
    return answerOf<A>(reply);
  }

  /** Stops the process, or lets it go on. Windows cannot, and does without. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (process.platform !== 'win32' && this.#child.pid !== undefined) this.#child.kill(signal);
  }

  close(): void {
    this.#ended ??= new PeerError('crashed', 'was closed');
    this.#child.kill('SIGKILL');
  }

  #hear(line: string): void {
    if (!line.startsWith(answerMark)) {
      this.#keep(line);
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(JSON.parse(line.slice(answerMark.length)) as Reply);
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
  }

  #end(error: PeerError): void {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
  }
}

/** Says that there was no answer in so many milliseconds. */
export function timeoutError(timeout: number): PeerError {
  return new PeerError('timeout', `no answer within ${(timeout / 1000).toFixed(0)} s`);
}

/**
 * What a reply holds.
 *
 * @throws {@link PeerError} when it is that something failed.
 */
export function answerOf<A extends Ask>(reply: Reply): Answers[A['ask']] {
  if (!reply.ok) throw new PeerError(reply.kind, reply.message);
  // Both ends are ours: an answer has the form that its question asks for.
  return reply.answer as Answers[A['ask']];
}

function command({ peer, python }: WorkerSettings): [string, string[]] {
  if (peer === 'pytorch') return [python, [join(appFolder(), 'python', 'torch_worker.py')]];
  return [process.execPath, [fileURLToPath(new URL('./worker.js', import.meta.url))]];
}
