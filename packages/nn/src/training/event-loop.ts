/** The one timer function that every platform has; no other global is used. */
declare function setTimeout(callback: () => void, milliseconds: number): unknown;

/** How long work goes on before other events get their turn. A timer takes 1 ms in Node and up to 4 ms in browsers. */
const sliceMilliseconds = 40;

/** Lets timers, signals and input have their turn, now and then. */
export class EventLoopTurns {
  #last = Date.now();

  /** Resolves at once, or after a turn of the event loop when the last one is long ago. */
  async take(): Promise<void> {
    if (Date.now() - this.#last < sliceMilliseconds) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    this.#last = Date.now();
  }
}
