import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleForBrowser } from '../../../../tooling/browser/bundle.js';
import type { PeerName } from '../peers.js';
import { appFolder, packageFolder, packageVersion } from '../versions.js';
import type { PageFacts } from './page.js';

/** What a page needs to measure a peer. */
interface Ingredients {
  /** A file in `src/adapters`. */
  readonly adapter: string;
  /** Packages whose versions it gives. */
  readonly versions?: readonly string[];
  /** What a package fetches when it runs, from its `dist`. */
  readonly fetched?: { readonly from: string; readonly names: readonly string[] };
}

const ingredients: { readonly [P in PeerName]?: Ingredients } = {
  cenote: { adapter: 'cenote', versions: ['cenote'] },
  plain: { adapter: 'plain' },
  'tfjs-wasm': {
    adapter: 'tfjs-wasm',
    fetched: {
      from: '@tensorflow/tfjs-backend-wasm',
      names: ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'],
    },
  },
  'ort-web': {
    adapter: 'browser/ort-web',
    versions: ['onnxruntime-web'],
    fetched: { from: 'onnxruntime-web', names: ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'] },
  },
  'jax-js': { adapter: 'browser/jax-js', versions: ['@jax-js/jax'] },
  'tfjs-webgl': { adapter: 'browser/tfjs-webgl' },
  'tfjs-webgpu': { adapter: 'browser/tfjs-webgpu', versions: ['@tensorflow/tfjs-backend-webgpu'] },
  'ort-webgpu': {
    adapter: 'browser/ort-webgpu',
    versions: ['onnxruntime-web'],
    fetched: {
      from: 'onnxruntime-web',
      names: ['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'],
    },
  },
  'jax-webgpu': { adapter: 'browser/jax-webgpu', versions: ['@jax-js/jax'] },
};

/**
 * Bundles the page of a peer, and reads what it fetches.
 *
 * @returns Files by path: `/<peer>.html`, its program, and those under `/files/<package>/`.
 * @throws Error when something is not installed, or there is no page for the peer.
 */
export async function pageFiles(peer: PeerName, engine: string): Promise<Map<string, string | Uint8Array>> {
  const found = ingredients[peer];
  if (found === undefined) throw new Error(`there is no page for ${peer}`);
  const { adapter, versions = [], fetched } = found;
  const facts: PageFacts = {
    peer,
    engine,
    versions: Object.fromEntries(versions.map((name) => [name, packageVersion(name)])),
    files: '/files/',
  };
  const text = `
import { open } from './adapters/${adapter}.ts';
import { answerOnPage } from './browser/page.ts';
answerOnPage(${JSON.stringify(facts)}, open);`;
  const program = await bundleForBrowser({ text, folder: join(appFolder(), 'src') });
  const files = new Map<string, string | Uint8Array>([
    [`/${peer}.html`, `<!doctype html><title>${peer}</title><script type="module" src="/${peer}.js"></script>`],
    [`/${peer}.js`, program],
  ]);
  for (const name of fetched?.names ?? []) {
    const from = fetched?.from ?? '';
    files.set(`/files/${from}/${name}`, readFileSync(join(packageFolder(from), 'dist', name)));
  }
  return files;
}
