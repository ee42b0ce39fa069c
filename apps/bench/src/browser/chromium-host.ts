import { type Browser, findChromium, launchChromium } from '../../../../tooling/browser/chromium.js';
import { type LocalServer, serve } from '../../../../tooling/browser/serve.js';
import type { PeerName } from '../peers.js';
import { type Client, PeerError } from '../worker/client.js';
import { PageClient } from './page-client.js';
import { pageFiles } from './programs.js';

/** Milliseconds for a page to load its program. */
const loadTimeout = 30_000;

/** A browser that runs, and the server of its pages. */
interface Running {
  readonly browser: Browser;
  readonly server: LocalServer;
  readonly files: Map<string, string | Uint8Array>;
}

/** What a browser says of its GPU. */
interface GpuScope {
  readonly navigator: {
    readonly gpu?: {
      requestAdapter(): Promise<{
        readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
      } | null>;
    };
  };
}

/** A headless Chromium, started when the first page is asked for. Its pages are isolated, so that threads share memory. */
export class ChromiumHost {
  readonly #find: () => string | null;
  #running: Promise<Running> | null = null;
  readonly #bundled = new Map<PeerName, Promise<void>>();
  /** The browser's version, and the GPU's name once {@link gpu} was asked. */
  readonly versions = new Map<string, string>();

  /** @param find Finds Chromium; given in tests. */
  constructor(find: () => string | null = findChromium) {
    this.#find = find;
  }

  /**
   * A page on which a peer can be asked.
   *
   * @throws {@link PeerError} when there is no browser, or the page does not load.
   */
  async open(peer: PeerName): Promise<Client> {
    this.#running ??= start(this.#find());
    const { browser, server, files } = await this.#running;
    const engine = `Chromium ${browser.version()}`;
    this.versions.set('Chromium', browser.version());
    let bundled = this.#bundled.get(peer);
    if (bundled === undefined) {
      bundled = pageFiles(peer, engine).then(
        (more) => {
          for (const [path, contents] of more) files.set(path, contents);
        },
        (error: Error) => {
          throw new PeerError('failed', error.message.split('\n').slice(0, 2).join(' '));
        },
      );
      this.#bundled.set(peer, bundled);
    }
    await bundled;
    return PageClient.load(await browser.newContext(), `${server.url}/${peer}.html`, loadTimeout);
  }

  /**
   * As {@link open}, where there is WebGPU.
   *
   * @throws {@link PeerError} also when there is none.
   */
  async openWithGpu(peer: PeerName): Promise<Client> {
    if (!this.versions.has('WebGPU')) {
      this.#running ??= start(this.#find());
      this.versions.set('WebGPU', await gpuName(await this.#running));
    }
    return this.open(peer);
  }

  /** Ends the browser. */
  async close(): Promise<void> {
    const running = await this.#running?.catch(() => null);
    await running?.browser.close();
    await running?.server.close();
    this.#running = null;
  }
}

async function start(path: string | null): Promise<Running> {
  if (path === null) throw new PeerError('failed', 'no Chromium (Debian: chromium; another place: CENOTE_CHROMIUM)');
  const files = new Map<string, string | Uint8Array>([['/empty.html', '<!doctype html><title>empty</title>']]);
  // The first signal only ends the run after its row; the browser is needed until then.
  const browser = await launchChromium(path, { signals: false }).catch((error: Error) => {
    throw new PeerError('failed', `Chromium does not start: ${error.message.split('\n')[0]}`);
  });
  return { browser, server: await serve(files, { isolated: true }), files };
}

/** The name of the adapter that pages get: a software adapter's times are of no use beside a GPU's. */
async function gpuName({ browser, server }: Running): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${server.url}/empty.html`);
    const name = await page.evaluate(async () => {
      const adapter = await (globalThis as unknown as GpuScope).navigator.gpu?.requestAdapter();
      if (adapter === undefined || adapter === null) return null;
      const { vendor, architecture, description } = adapter.info;
      return [vendor, architecture, description].filter((part) => part !== '').join(' ') || 'an adapter without a name';
    });
    if (name === null) throw new PeerError('failed', 'this Chromium has no WebGPU');
    return name;
  } finally {
    await context.close();
  }
}
