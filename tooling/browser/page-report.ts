import type { Browser } from './chromium.js';
import { type PageHeaders, serve } from './serve.js';

/** What a page has to say, and what it wrote on its console or died of. */
export interface PageFindings<R> {
  readonly report: R;
  readonly messages: readonly string[];
}

/**
 * Opens a page in a context of its own and waits for what it leaves as the global `report`.
 *
 * @param files contents by path, as for {@link serve}
 * @param path of the page, with its query
 * @param timeout milliseconds until the report has to be there
 */
export async function pageReport<R>(
  browser: Browser,
  files: ReadonlyMap<string, string | Uint8Array>,
  headers: PageHeaders,
  path: string,
  timeout: number,
): Promise<PageFindings<R>> {
  const server = await serve(files, headers);
  const messages: string[] = [];
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    tab.on('console', (message) => messages.push(message.text()));
    tab.on('pageerror', (error) => messages.push(String(error)));
    await tab.goto(server.url + path);
    const handle = await tab.waitForFunction(() => (globalThis as { report?: R }).report, undefined, { timeout });
    return { report: (await handle.jsonValue()) as R, messages };
  } finally {
    await context.close();
    await server.close();
  }
}
