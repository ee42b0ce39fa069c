import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a page may be served with. */
export interface PageHeaders {
  /** Whether the page is cross-origin isolated, so that threads can share memory. */
  readonly isolated: boolean;
  /** Its content security policy, if any. */
  readonly policy?: string;
}

/** A server on this machine, for tests and benchmarks. */
export interface LocalServer {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  mjs: 'text/javascript',
  png: 'image/png',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
};

/**
 * Serves files from memory.
 *
 * @param files contents by path: `/index.html`; may get more while it serves
 */
export async function serve(
  files: ReadonlyMap<string, string | Uint8Array>,
  { isolated, policy }: PageHeaders,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    // A folder is its index page, as on static hosts.
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const contents = files.get(path);
    if (contents === undefined) {
      // Browsers ask for an icon, and complain on the console when there is none.
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      ...(isolated && { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }),
      ...(policy !== undefined && { 'Content-Security-Policy': policy }),
    });
    response.end(contents);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
