import type { BrowserContext } from 'playwright-core';
import { type Browser, findChromium, launchChromium } from '../../../../tooling/browser/chromium.js';
import { type LocalServer, serve } from '../../../../tooling/browser/serve.js';
import type { PeerName } from '../peers.js';
import { type Client, PeerError } from '../worker/client.js';
import { PageClient } from './page-client.js';
import { pageFiles } from './programs.js';

/** Milliseconds for a page to load its program. */
const loadTimeout = 30_000;

/** The server of the pages. */
interface Serving {
  readonly server: LocalServer;
  readonly files: Map<string, string | Uint8Array>;
}

/** What a browser says of its GPU; its types need the DOM's. */
interface GpuScope {
  readonly navigator: {
    readonly gpu?: {
      requestAdapter(): Promise<{
        readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
      } | null>;
    };
  };
  readonly OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: 'webgl2'): {
      getExtension(name: 'WEBGL_debug_renderer_info'): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
      getParameter(name: number): unknown;
    } | null;
  };
}

/**
 * A headless Chromium, started when the first page is asked for. Its pages are isolated, so that threads share memory. Each
 * page that has a GPU has a Chromium of its own: what a page had told the GPU to do goes on when the page is closed, and is
 * ended with the process that does it.
 */
export class ChromiumHost {
  readonly #find: () => string | null;
  #serving: Promise<Serving> | null = null;
  #shared: Promise<Browser> | null = null;
  readonly #browsers = new Set<Browser>();
  #gpus: Promise<Gpus> | null = null;
  readonly #bundled = new Map<PeerName, Promise<void>>();
  /** The browser's version, and its GPU's names once {@link openOnGpu} was asked. */
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
    this.#shared ??= this.#launch();
    const browser = await this.#shared;
    const context = await browser.newContext();
    return this.#load(peer, browser, context, () => context.close());
  }

  /**
   * As {@link open}, where there is WebGPU, or for whom WebGL will do.
   *
   * @throws {@link PeerError} also when there is none.
   */
  async openOnGpu(peer: PeerName): Promise<Client> {
    const browser = await this.#launch();
    const close = () => {
      this.#browsers.delete(browser);
      return browser.close();
    };
    try {
      const context = await browser.newContext();
      this.#gpus ??= this.#serve().then((serving) => gpuNames(context, serving));
      const gpus = await this.#gpus;
      for (const api of ['WebGPU', 'WebGL'] as const) {
        const name = gpus[api];
        if (name !== null) this.versions.set(api, name);
      }
      if (gpus.WebGPU === null && peer !== 'tfjs-webgl') throw new PeerError('failed', 'this Chromium has no WebGPU');
      return await this.#load(peer, browser, context, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Ends all browsers. */
  async close(): Promise<void> {
    await Promise.all([...this.#browsers].map((browser) => browser.close()));
    this.#browsers.clear();
    this.#shared = null;
    const serving = await this.#serving?.catch(() => null);
    await serving?.server.close();
    this.#serving = null;
  }

  async #launch(): Promise<Browser> {
    const path = this.#find();
    if (path === null) throw new PeerError('failed', 'no Chromium (Debian: chromium; another place: CENOTE_CHROMIUM)');
    // The first signal only ends the run after its row; the browser is needed until then.
    const browser = await launchChromium(path, { signals: false }).catch((error: Error) => {
      throw new PeerError('failed', `Chromium does not start: ${error.message.split('\n')[0]}`);
    });
    this.#browsers.add(browser);
    this.versions.set('Chromium', browser.version());
    return browser;
  }

  #serve(): Promise<Serving> {
    this.#serving ??= startServing();
    return this.#serving;
  }

  async #load(
    peer: PeerName,
    browser: Browser,
    context: BrowserContext,
    close: () => Promise<void>,
  ): Promise<PageClient> {
    const { server, files } = await this.#serve();
    const bundled =
      this.#bundled.get(peer) ??
      pageFiles(peer, `Chromium ${browser.version()}`).then(
        (more) => {
          for (const [path, contents] of more) files.set(path, contents);
        },
        (error: Error) => {
          throw new PeerError('failed', error.message.split('\n').slice(0, 2).join(' '));
        },
      );
    this.#bundled.set(peer, bundled);
    await bundled;
    return PageClient.load(context, `${server.url}/${peer}.html`, loadTimeout, close);
  }
}

async function startServing(): Promise<Serving> {
  const files = new Map<string, string | Uint8Array>([['/empty.html', '<!doctype html><title>empty</title>']]);
  return { server: await serve(files, { isolated: true }), files };
}

/** Names of the GPU, by how it is asked; null where it cannot be asked this way. */
interface Gpus {
  readonly WebGPU: string | null;
  readonly WebGL: string | null;
}

/** The names of the GPU that pages get: the times of a software adapter are of no use beside a GPU's. */
async function gpuNames(context: BrowserContext, { server }: Serving): Promise<Gpus> {
  const page = await context.newPage();
  try {
    await page.goto(`${server.url}/empty.html`);
    return await page.evaluate(async () => {
      const { navigator, OffscreenCanvas } = globalThis as unknown as GpuScope;
      const info = (await navigator.gpu?.requestAdapter())?.info;
      const parts = info === undefined ? [] : [info.vendor, info.architecture, info.description];
      const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
      const unmasked = gl?.getExtension('WEBGL_debug_renderer_info');
      const renderer = unmasked ? gl?.getParameter(unmasked.UNMASKED_RENDERER_WEBGL) : 'a renderer without a name';
      return {
        WebGPU:
          info === undefined ? null : parts.filter((part) => part !== '').join(' ') || 'an adapter without a name',
        WebGL: gl === null ? null : String(renderer),
      };
    });
  } finally {
    await page.close();
  }
}
