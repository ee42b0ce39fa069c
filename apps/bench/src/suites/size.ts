import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import type { SizeFacts } from '../result.js';
import { appFolder, packageFolder } from '../versions.js';

/** A program that pools once, as a browser would load it. */
interface Entry {
  readonly name: string;
  readonly program: string;
  /** The package whose folder imports are resolved from. */
  readonly from: string;
  /** Files that the program fetches when it runs. */
  readonly fetched: readonly string[];
}

const tensorflow = `
export const pool = (x) => tf.maxPool(tf.tensor4d(x, [1, 4, 4, 1]), 2, 2, 'valid');`;

const entries: readonly Entry[] = [
  {
    name: 'Cenote: tensor + CPU backend',
    program: `
import { cpuBackend } from '@cenote/backend-cpu';
import { createDevice, fromData, maxPool2d } from '@cenote/tensor';
const device = createDevice(cpuBackend());
export const pool = (x) => maxPool2d(fromData(x, [1, 1, 4, 4], { device }), 2);`,
    from: 'cenote',
    fetched: [],
  },
  {
    name: 'Cenote: front door',
    program: `
import { fromData, maxPool2d } from 'cenote';
export const pool = (x) => maxPool2d(fromData(x, [1, 1, 4, 4]), 2);`,
    from: '.',
    fetched: [],
  },
  {
    name: 'TensorFlow.js core + wasm',
    program: `import * as tf from '@tensorflow/tfjs-core';\nimport '@tensorflow/tfjs-backend-wasm';${tensorflow}`,
    from: '.',
    fetched: ['@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'],
  },
  {
    name: 'TensorFlow.js, all of it',
    program: `import * as tf from '@tensorflow/tfjs';${tensorflow}`,
    from: '.',
    fetched: [],
  },
  {
    name: 'ONNX Runtime Web wasm',
    program: `export { InferenceSession, Tensor } from 'onnxruntime-web/wasm';`,
    from: '.',
    fetched: ['onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'],
  },
  {
    name: 'jax-js',
    program: `
import { lax, numpy } from '@jax-js/jax';
export const pool = (x) => lax.reduceWindow(x, (taps) => numpy.max(taps), [2, 2], [2, 2]);`,
    from: '.',
    fetched: [],
  },
];

/** What has to be sent to a browser for a first pooling. */
export async function measureSize(say: (doing: string) => void): Promise<SizeFacts[]> {
  const facts: SizeFacts[] = [];
  for (const entry of entries) {
    say(`size: ${entry.name}`);
    facts.push(await sizeOf(entry));
  }
  return facts;
}

/** The names of the files that are loaded before anything runs: the entry, and what is imported from there. */
function loadedFiles({ outputs }: Metafile): Set<string> {
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (!(path in outputs) || loaded.has(basename(path))) return;
    loaded.add(basename(path));
    for (const { kind, path: next } of outputs[path].imports) if (kind === 'import-statement') load(next);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) if (entryPoint === '<stdin>') load(path);
  return loaded;
}

async function sizeOf({ name, program, from, fetched }: Entry): Promise<SizeFacts> {
  try {
    const { outputFiles, metafile } = await build({
      stdin: { contents: program, resolveDir: from === '.' ? appFolder() : realpathSync(packageFolder(from)) },
      bundle: true,
      minify: true,
      // What is imported only when it is called for becomes files of its own.
      splitting: true,
      outdir: '/',
      metafile: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      // Never reached in a browser, and not there.
      external: ['fs', 'path', 'os', 'crypto', 'util', 'worker_threads', 'perf_hooks', 'module', 'node:*'],
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    });
    const loaded = loadedFiles(metafile);
    const files = [
      ...outputFiles.filter(({ path }) => loaded.has(basename(path))).map(({ contents }) => contents),
      ...fetched.map((path) => {
        const parts = path.split('/');
        const length = path.startsWith('@') ? 2 : 1;
        return readFileSync(join(packageFolder(parts.slice(0, length).join('/')), ...parts.slice(length)));
      }),
    ];
    const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
    return {
      name,
      minified: sum(files.map(({ byteLength }) => byteLength)),
      gzipped: sum(files.map((file) => gzipSync(file, { level: 9 }).byteLength)),
      message: null,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, minified: null, gzipped: null, message: reason.split('\n').slice(0, 2).join(' ') };
  }
}
