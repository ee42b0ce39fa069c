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

/** What a run says while it runs. */
export interface Progress {
  readonly colors: Colors;
  /** Says something that stays. */
  say(text: string): void;
  /** Shows what is being done; replaces what was shown before where it can. */
  show(doing: string): void;
  /** Ends the live line and leaves nothing of it behind. */
  clear(): void;
}

/** Milliseconds between two lines of a log: a log is neither silent for long nor flooded. */
const quiet = 2000;

/**
 * Progress for a terminal as a live line, for a file or a pipe as a line every two seconds.
 *
 * The live line is drawn only when something new is done: a spinner would take processor time from what is measured.
 *
 * @param stream Where to write.
 * @param now Milliseconds from any start.
 */
export function createProgress(stream: OutputStream, now: () => number = () => performance.now()): Progress {
  // A terminal without a size (of some build servers) shows nothing that is redrawn.
  const live = stream.isTTY === true && stream.rows !== 0 && process.env.TERM !== 'dumb';
  // hasColors knows NO_COLOR, FORCE_COLOR and what each terminal can do.
  const colors = picocolors.createColors(live && (stream.hasColors?.() ?? false));
  const start = now();
  const line = (doing: string) => `${clock((now() - start) / 1000)}  ${doing}`;
  if (live) {
    const update = createLogUpdate(stream, { showCursor: true });
    const clear = () => {
      update.clear();
      update.done();
    };
    return {
      colors,
      say: (text) => {
        clear();
        stream.write(`${text}\n`);
      },
      show: (doing) => update(colors.dim(line(doing).slice(0, (stream.columns ?? 80) - 1))),
      clear,
    };
  }
  let last = now();
  const say = (text: string) => {
    last = now();
    stream.write(`${text}\n`);
  };
  return {
    colors,
    say,
    show: (doing) => {
      if (now() - last >= quiet) say(line(doing));
    },
    clear: () => {},
  };
}

/** Seconds as `0:07` or `12:40`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
