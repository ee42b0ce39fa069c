import { build } from 'esbuild';

/**
 * Bundles a program for the browser from the workspace's sources.
 *
 * @param entry its file
 * @returns an ES module
 */
export async function bundleForBrowser(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@cenote/source'],
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
