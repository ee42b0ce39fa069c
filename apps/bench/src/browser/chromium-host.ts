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

/** A headless Chromium, started when the first page is asked for. Its pages are isolated, so that threads share memory. */
export class ChromiumHost {
  readonly #find: () => string | null;
  #running: Promise<Running> | null = null;
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
   * As {@link open}, where there is WebGPU, or for whom WebGL will do.
   *
   * @throws {@link PeerError} also when there is none.
   */
  async openOnGpu(peer: PeerName): Promise<Client> {
    this.#running ??= start(this.#find());
    const running = await this.#running;
    this.#gpus ??= gpuNames(running);
    const gpus = await this.#gpus;
    for (const api of ['WebGPU', 'WebGL'] as const) {
      const name = gpus[api];
      if (name !== null) this.versions.set(api, name);
    }
    if (gpus.WebGPU === null && peer !== 'tfjs-webgl') throw new PeerError('failed', 'this Chromium has no WebGPU');
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

/** Names of the GPU, by how it is asked; null where it cannot be asked this way. */
interface Gpus {
  readonly WebGPU: string | null;
  readonly WebGL: string | null;
}

/** The names of the GPU that pages get: the times of a software adapter are of no use beside a GPU's. */
async function gpuNames({ browser, server }: Running): Promise<Gpus> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
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
    await context.close();
  }
}
