import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onnxModel } from '../adapters/onnx-model.js';
import type { PeerName } from '../peers.js';
import { peers } from '../peers.js';
import type { StartupFacts } from '../result.js';
import { type Timing, timingOf } from '../statistics.js';
import { appFolder, packageFolder } from '../versions.js';

/** Milliseconds after which a program that has not ended will not. */
const timeout = 30_000;

/** What a whole program says of itself. */
interface Finished {
  /** Milliseconds from before the import to after the first result. */
  readonly first: number;
  /** Milliseconds from starting the process to its end. */
  readonly whole: number;
}

/** Programs that pool [1, 1, 4, 4] once and look at the result: `first` is the largest value of the first window. */
function programs(): { readonly [P in PeerName]?: string } {
  const model = Buffer.from(
    onnxModel({
      nodes: [{ op: 'MaxPool', inputs: ['x'], output: 'y', attributes: { kernel_shape: [2, 2], strides: [2, 2] } }],
      inputs: { x: [1, 1, 4, 4] },
      output: { name: 'y', shape: [1, 1, 2, 2] },
    }),
  ).toString('base64');
  const onnx = (name: string) => `
    const { InferenceSession, Tensor } = await import('${name}');
    const session = await InferenceSession.create(Buffer.from('${model}', 'base64'));
    const [first] = (await session.run({ x: new Tensor('float32', data, [1, 1, 4, 4]) })).y.data;`;
  const wasm = JSON.stringify(join(packageFolder('@tensorflow/tfjs-backend-wasm'), 'dist', '/'));
  return {
    cenote: `
    const { fromData, maxPool2d } = await import('cenote');
    const [first] = await maxPool2d(fromData(data, [1, 1, 4, 4]), 2).data();`,
    'tfjs-cpu': `
    const tf = await import('@tensorflow/tfjs');
    await tf.setBackend('cpu');
    const [first] = await tf.maxPool(tf.tensor4d(data, [1, 4, 4, 1]), 2, 2, 'valid').data();`,
    'tfjs-wasm': `
    const tf = await import('@tensorflow/tfjs-core');
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(${wasm});
    await tf.setBackend('wasm');
    const [first] = await tf.maxPool(tf.tensor4d(data, [1, 4, 4, 1]), 2, 2, 'valid').data();`,
    'ort-web': onnx('onnxruntime-web'),
    'ort-node': onnx('onnxruntime-node'),
    'jax-js': `
    const { init, defaultDevice, lax, numpy } = await import('@jax-js/jax');
    await init('wasm');
    defaultDevice('wasm');
    const x = numpy.array(data).reshape([1, 1, 4, 4]);
    const [first] = await lax.reduceWindow(x, (taps) => numpy.max(taps), [2, 2], [2, 2]).data();`,
  };
}

function nodeProgram(body: string): string {
  return `
    const data = Float32Array.from({ length: 16 }, (_, index) => index);
    const start = performance.now();
    ${body}
    const end = performance.now();
    if (first !== 5) throw new Error(\`the result is \${first} instead of 5\`);
    console.log(\`took \${end - start}\`);
    process.exit(0);`;
}

const pythonProgram = `
import time
start = time.perf_counter()
import torch
first = float(torch.nn.functional.max_pool2d(torch.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0, 0, 0])
end = time.perf_counter()
assert first == 5
print("took", (end - start) * 1000)`;

/** How to run a peer's program. */
interface Program {
  readonly peer: PeerName;
  readonly command: readonly string[];
}

/** What a run of this suite needs. */
export interface StartupOptions {
  readonly peers: readonly PeerName[];
  readonly python: string;
  readonly rounds: number;
  readonly say: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** How long it takes from nothing to a first pooled result, each time in a process that has just been started. */
export async function measureStartup({
  peers: names,
  python,
  rounds,
  say,
  signal,
}: StartupOptions): Promise<StartupFacts[]> {
  const bodies = programs();
  const contenders = names.flatMap((peer): Program[] => {
    if (peer === 'pytorch') return [{ peer, command: [python, '-c', pythonProgram] }];
    const body = bodies[peer];
    if (body === undefined) return [];
    return [{ peer, command: [process.execPath, '--input-type=module', '--eval', nodeProgram(body)] }];
  });
  const times = new Map<PeerName, Finished[]>();
  const failures = new Map<PeerName, string>();
  // One round more: the first fills the system's cache of files.
  for (let round = 0; round <= rounds; round++) {
    for (const { peer, command } of contenders) {
      if (failures.has(peer)) continue;
      signal.throwIfAborted();
      say(`startup: round ${round} of ${rounds}, ${peers[peer].title}`);
      try {
        const finished = await runProgram(command);
        if (round > 0) times.set(peer, [...(times.get(peer) ?? []), finished]);
      } catch (error) {
        failures.set(peer, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return contenders.map(({ peer }) => {
    const message = failures.get(peer) ?? null;
    const done = message === null ? (times.get(peer) ?? []) : [];
    return { peer, firstResult: timing(done, 'first'), process: timing(done, 'whole'), message };
  });
}

function timing(done: readonly Finished[], part: keyof Finished): Timing | null {
  return done.length === 0 ? null : timingOf(done.map((each) => [each[part] * 1e6]));
}

function runProgram([program, ...args]: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { cwd: appFolder(), stdio: ['ignore', 'pipe', 'pipe'], timeout });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const whole = performance.now() - start;
      const first = Number(/^took (.+)$/m.exec(output)?.[1]);
      if (code === 0 && Number.isFinite(first)) resolve({ first, whole });
      else reject(new Error(reasonOf(errors) ?? `ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** The line of a stack trace that says what happened. */
function reasonOf(errors: string): string | null {
  const lines = errors.split('\n').map((line) => line.trim());
  return lines.findLast((line) => /^\w*(Error|Exception)\b.*: /.test(line)) ?? null;
}
