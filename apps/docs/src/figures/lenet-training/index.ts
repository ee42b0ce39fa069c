import { isCenoteError } from 'cenote';
import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import { urlState } from '../../url-state.js';
import { publishWeights } from '../lenet/trained-weights.js';
import { variantOf } from '../lenet/variants.js';
import { messages } from './messages.js';
import { afterMessage, newRun, type Run } from './run.js';
import { learningRateSteps, parseSeed, type TrainingSettings, usualLearningRates } from './settings.js';
import { type TrainingActions, type TrainingState, trainingView } from './view.js';
import type { FromWorker, ToWorker } from './worker-messages.js';
import './style.css';

/** Trains a LeNet in a worker, with curves while it learns. */
export const mount: MountFigure = (root, { locale }) => {
  const m = messages[locale];
  const url = urlState('train-', { variant: 'modern', seed: '1', lr: '', device: 'cpu' });
  const initial = url.read();
  const variant = variantOf(initial.variant) ?? 'modern';
  const hasGpu = 'gpu' in navigator;
  let state: TrainingState = {
    variant,
    seed: initial.seed,
    learningRate: learningRateSteps.find((rate) => String(rate) === initial.lr) ?? usualLearningRates[variant],
    device: initial.device === 'webgpu' && hasGpu ? 'webgpu' : 'cpu',
    hasGpu,
    runs: [],
    error: null,
    sent: false,
  };
  let worker: Worker | null = null;
  /** What waits for weights, by the number of the request. */
  const waiting = new Map<number, (bytes: Uint8Array<ArrayBuffer>) => void>();
  let requests = 0;

  const actions: TrainingActions = {
    variant(chosen) {
      change({ variant: chosen, learningRate: usualLearningRates[chosen] });
      remember();
    },
    seed(seed) {
      change({ seed });
      remember();
    },
    learningRate(learningRate) {
      change({ learningRate });
      remember();
    },
    device(device) {
      change({ device });
      remember();
    },
    start() {
      try {
        const { variant: chosen, learningRate, device } = state;
        start({ variant: chosen, learningRate, device, seed: parseSeed(state.seed) });
      } catch (error) {
        if (!isCenoteError(error)) throw error;
        change({ error: error.message });
      }
    },
    pause() {
      send({ kind: 'pause' });
      changeRun((run) => ({ ...run, phase: 'paused' }));
    },
    resume() {
      send({ kind: 'resume' });
      changeRun((run) => ({ ...run, phase: run.steps === 0 ? 'drawing' : 'training' }));
    },
    stop() {
      send({ kind: 'stop' });
    },
    reset() {
      end();
      change({ runs: [], error: null, sent: false });
    },
    use() {
      const run = state.runs.at(-1);
      if (run === undefined) return;
      request((bytes) => {
        publishWeights({ variant: run.settings.variant, bytes, accuracy: run.tests.at(-1)?.accuracy ?? 0 });
        change({ sent: true });
      });
    },
    download() {
      const run = state.runs.at(-1);
      if (run !== undefined) request((bytes) => save(bytes, `lenet-${run.settings.variant}.safetensors`));
    },
  };

  const loop = renderLoop(root, () => trainingView({ state, actions, m, locale }));

  function change(part: Partial<TrainingState>): void {
    state = { ...state, ...part };
    loop.update();
  }

  function changeRun(next: (run: Run) => Run): void {
    const run = state.runs.at(-1);
    if (run !== undefined) change({ runs: [...state.runs.slice(0, -1), next(run)] });
  }

  function remember(): void {
    const { variant: chosen, seed, learningRate, device } = state;
    const lr = learningRate === usualLearningRates[chosen] ? '' : String(learningRate);
    url.write({ variant: chosen, seed, lr, device });
  }

  function start(settings: TrainingSettings): void {
    end();
    // One run of each network, to compare them.
    const others = state.runs.filter((run) => run.settings.variant !== settings.variant);
    change({ runs: [...others, newRun(settings)], error: null, sent: false });
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => hear(data);
    worker.onerror = (event) => {
      hear({ kind: 'failed', message: event.message });
    };
    send({ kind: 'start', settings });
  }

  function hear(message: FromWorker): void {
    if (message.kind === 'weights') {
      waiting.get(message.request)?.(message.bytes);
      waiting.delete(message.request);
    }
    changeRun((run) => afterMessage(run, message));
  }

  function request(then: (bytes: Uint8Array<ArrayBuffer>) => void): void {
    requests++;
    waiting.set(requests, then);
    send({ kind: 'weights', request: requests });
  }

  function send(message: ToWorker): void {
    worker?.postMessage(message);
  }

  function end(): void {
    worker?.terminate();
    worker = null;
    waiting.clear();
  }

  return () => {
    end();
    loop.dispose();
  };
};

/** Has the browser save bytes as a file. */
function save(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  link.download = name;
  link.click();
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
