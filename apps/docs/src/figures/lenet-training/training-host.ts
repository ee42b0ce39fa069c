import { saveSafetensors } from '@cenote/safetensors';
import { type Device, getDefaultDevice, isCenoteError, useThreads, webgpu } from 'cenote';
import type { DeviceName, TrainingSettings } from './settings.js';
import { type BatchPoint, type TestPoint, Training, type TrainingEvent } from './training.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** How often the page hears of batches, in milliseconds: about as often as a screen shows something new. */
const bunchMilliseconds = 40;

/** What runs in the worker: answers the page's messages. It knows no worker, so that tests can talk to it. */
export class TrainingHost {
  readonly #send: (message: FromWorker) => void;
  #training: Training | null = null;
  #batches: BatchPoint[] = [];
  #tests: TestPoint[] = [];
  #lastBunch = 0;

  /** @param send Sends a message to the page. */
  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  /** Does what a message says; resolves when that has ended: for `start`, with the training. */
  async receive(message: ToWorker): Promise<void> {
    try {
      if (message.kind === 'start') await this.#start(message.settings);
      else if (message.kind === 'weights') await this.#sendWeights(message.request);
      else this.#training?.[message.kind]();
    } catch (error) {
      this.#flush();
      this.#send({ kind: 'failed', message: messageOf(error) });
    }
  }

  async #start(settings: TrainingSettings): Promise<void> {
    const device = await openDevice(settings.device);
    this.#training = new Training(settings, device, (event) => this.#hear(event));
    await this.#training.run();
  }

  #hear(event: TrainingEvent): void {
    if (event.kind === 'batch') this.#batches.push(event.point);
    else if (event.kind === 'test') this.#tests.push(event.point);
    else {
      this.#flush();
      this.#send(event);
    }
    const now = performance.now();
    if (now - this.#lastBunch < bunchMilliseconds) return;
    this.#lastBunch = now;
    this.#flush();
  }

  #flush(): void {
    if (this.#batches.length + this.#tests.length === 0) return;
    this.#send({ kind: 'points', batches: this.#batches, tests: this.#tests });
    this.#batches = [];
    this.#tests = [];
  }

  async #sendWeights(request: number): Promise<void> {
    const training = this.#training;
    if (training === null) return;
    const state = training.stateDict();
    try {
      const metadata = { format: 'pt', model: training.settings.variant };
      this.#send({ kind: 'weights', request, bytes: await saveSafetensors(state, { metadata }) });
    } finally {
      for (const tensor of Object.values(state)) tensor.dispose();
    }
  }
}

async function openDevice(name: DeviceName): Promise<Device> {
  if (name === 'webgpu') return webgpu();
  // Where memory cannot be shared, it stays with one thread.
  await useThreads();
  return getDefaultDevice();
}

function messageOf(error: unknown): string {
  return isCenoteError(error) || error instanceof Error ? error.message : String(error);
}
