import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';

/** Where people read: standard output or standard error. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
}

export type Colors = ReturnType<typeof picocolors.createColors>;

/** How far a task is. */
export interface Step {
  readonly done: number;
  readonly total: number;
  /** What else there is to say, the most important first: `loss 0.412`. */
  readonly facts: readonly string[];
}

/** What a run says while it runs. */
export interface Progress {
  readonly colors: Colors;
  /** Columns that a line may have. */
  readonly columns: number;
  /** Says something that stays. */
  say(text: string): void;
  /** Shows how far the task called `title` is; replaces what was shown before where it can. */
  show(title: string, step: Step): void;
  /** Ends the live line and leaves nothing of it behind. */
  clear(): void;
}

/** Milliseconds between two pictures of a live line, which nobody reads faster. */
const frame = 80;
/** Milliseconds between two lines of a log: a log is neither silent for long nor flooded. */
const quiet = 2000;

/**
 * Progress for a terminal as a live bar, for a file or a pipe as a line every two seconds.
 *
 * @param stream Where to write.
 * @param now Milliseconds from any start.
 */
export function createProgress(stream: OutputStream, now: () => number = () => performance.now()): Progress {
  // A terminal without a size (of some build servers) shows nothing that is redrawn.
  const live = stream.isTTY === true && stream.rows !== 0 && process.env.TERM !== 'dumb';
  // hasColors knows NO_COLOR, FORCE_COLOR and what each terminal can do.
  const colors = picocolors.createColors(live && (stream.hasColors?.() ?? false));
  const columns = Math.max(40, Math.min(stream.columns ?? 80, 100));
  return live ? liveProgress(stream, colors, columns, now) : logProgress(stream, colors, columns, now);
}

function liveProgress(stream: OutputStream, colors: Colors, columns: number, now: () => number): Progress {
  const update = createLogUpdate(stream, { showCursor: true });
  let last = Number.NEGATIVE_INFINITY;
  const clear = () => {
    update.clear();
    update.done();
    last = Number.NEGATIVE_INFINITY;
  };
  return {
    colors,
    columns,
    say(text) {
      clear();
      stream.write(`${text}\n`);
    },
    show(title, step) {
      if (now() - last < frame && step.done < step.total) return;
      last = now();
      update(barLine(title, step, columns, colors));
    },
    clear,
  };
}

function logProgress(stream: OutputStream, colors: Colors, columns: number, now: () => number): Progress {
  let last = now();
  const say = (text: string) => {
    last = now();
    stream.write(`${text}\n`);
  };
  return {
    colors,
    columns,
    say,
    show(title, step) {
      if (now() - last >= quiet) say(plainLine(title, step));
    },
    clear() {},
  };
}

function shareOf({ done, total }: Step): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

/** `Epoch 1/4   25%  loss 1.203  accuracy 61.2%` */
export function plainLine(title: string, step: Step): string {
  return [`${title} ${String(Math.floor(shareOf(step) * 100)).padStart(4)}%`, ...step.facts].join('  ');
}

/** A bar with the facts behind it, in at most `columns` characters; the last facts go first when there is no room. */
export function barLine(title: string, step: Step, columns: number, colors: Colors): string {
  const share = shareOf(step);
  const head = `${title} `;
  const percent = ` ${String(Math.floor(share * 100)).padStart(3)}%`;
  const shortest = 8;
  let tail = percent;
  for (const fact of step.facts) {
    // One column stays free: some terminals break a line that fills the last one.
    if (head.length + shortest + tail.length + 2 + fact.length > columns - 1) break;
    tail += `  ${fact}`;
  }
  const width = Math.max(shortest, Math.min(30, columns - 1 - head.length - tail.length));
  const full = Math.round(share * width);
  return `${head}${colors.cyan('━'.repeat(full))}${colors.dim('─'.repeat(width - full))}${tail}`;
}

/** Seconds as `0:07`, `12:40` or `1:05:00`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
