import { build } from 'esbuild';

/** What libraries ask Node for when they find themselves there, which a browser never gets to. */
const browserless = ['crypto', 'fs', 'module', 'os', 'path', 'perf_hooks', 'util', 'worker_threads', 'node:*'];

/**
 * Bundles a program for the browser from the workspace's sources.
 *
 * @param entry its file, or its text with the folder that its imports start from
 * @returns an ES module
 */
export async function bundleForBrowser(
  entry: string | { readonly text: string; readonly folder: string },
): Promise<string> {
  const { outputFiles } = await build({
    ...(typeof entry === 'string'
      ? { entryPoints: [entry] }
      : { stdin: { contents: entry.text, resolveDir: entry.folder, loader: 'ts' } }),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@cenote/source'],
    external: browserless,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
