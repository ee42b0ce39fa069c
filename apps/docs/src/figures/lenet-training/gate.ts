/** Holds up whoever waits at it while it is closed. */
export class Gate {
  #opened: Promise<void> | null = null;
  #open: () => void = () => {};

  /** Resolves when the gate is open; at once when it is. */
  get passed(): Promise<void> {
    return this.#opened ?? Promise.resolve();
  }

  close(): void {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#opened = null;
    this.#open();
  }

  /** Lets other events have their turn, and waits while the gate is closed. */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    await this.passed;
  }
}

/** Counts seconds while it runs; it does from the beginning. */
export class Stopwatch {
  #before = 0;
  #since: number | null = performance.now();

  get seconds(): number {
    return (this.#before + (this.#since === null ? 0 : performance.now() - this.#since)) / 1000;
  }

  start(): void {
    this.#since ??= performance.now();
  }

  stop(): void {
    if (this.#since !== null) this.#before += performance.now() - this.#since;
    this.#since = null;
  }
}
