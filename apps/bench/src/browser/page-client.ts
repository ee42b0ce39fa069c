import type { BrowserContext, Page } from 'playwright-core';
import { answerOf, type Client, PeerError, timeoutError } from '../worker/client.js';
import type { Answers, Ask, Reply } from '../worker/protocol.js';

/** What {@link answerOnPage} leaves on a page. */
interface Answerer {
  readonly answer?: (text: string) => Promise<string>;
}

/** A page that measures one peer with one number of threads, in a context and so in a process of its own. */
export class PageClient implements Client {
  readonly #dispose: () => Promise<void>;
  readonly #page: Page;
  /** What the page complained of last. */
  #complaint: string | null = null;
  #ended: PeerError | null = null;
  #reject: ((error: PeerError) => void) | null = null;

  private constructor(page: Page, dispose: () => Promise<void>) {
    this.#dispose = dispose;
    this.#page = page;
    page.on('pageerror', (error) => {
      this.#complaint = error.message;
    });
    page.on('crash', () => this.#end(new PeerError('crashed', this.#because('the page crashed'))));
    page.on('close', () => this.#end(new PeerError('crashed', this.#because('the page was closed'))));
  }

  /**
   * Loads a page.
   *
   * @param timeout Milliseconds for its program to be there.
   * @param dispose Closes what the page lives in.
   * @throws {@link PeerError} when it is not.
   */
  static async load(
    context: BrowserContext,
    url: string,
    timeout: number,
    dispose: () => Promise<void>,
  ): Promise<PageClient> {
    const page = await context.newPage();
    const client = new PageClient(page, dispose);
    try {
      await page.goto(url, { timeout });
      await page.waitForFunction(() => (globalThis as Answerer).answer !== undefined, undefined, { timeout });
    } catch (error) {
      const { message } = error as Error;
      client.close();
      throw new PeerError('failed', client.#because(message.split('\n')[0]));
    }
    return client;
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  async ask<A extends Ask>(ask: A, timeout: number): Promise<Answers[A['ask']]> {
    if (this.#ended !== null) throw this.#ended;
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      this.#reject = reject;
      timer = setTimeout(() => {
        this.#end(timeoutError(timeout));
        this.#discard();
      }, timeout);
    });
    try {
      return answerOf<A>(await Promise.race([this.#evaluate(JSON.stringify(ask)), ended]));
    } finally {
      clearTimeout(timer);
      this.#reject = null;
    }
  }

  close(): void {
    this.#ended ??= new PeerError('crashed', 'was closed');
    this.#discard();
  }

  async #evaluate(text: string): Promise<Reply> {
    try {
      const reply = await this.#page.evaluate((question) => (globalThis as Answerer).answer?.(question), text);
      if (reply === undefined) throw new Error('the page has been reloaded');
      return JSON.parse(reply) as Reply;
    } catch (error) {
      const { message } = error as Error;
      throw this.#ended ?? new PeerError('crashed', this.#because(message.split('\n')[0]));
    }
  }

  #because(what: string): string {
    return this.#complaint === null ? what : `${what}: ${this.#complaint}`;
  }

  #end(error: PeerError): void {
    this.#ended ??= error;
    this.#reject?.(this.#ended);
  }

  /** A page that hangs may take its time to close: nobody waits for it. */
  #discard(): void {
    this.#dispose().catch(() => {});
  }
}
