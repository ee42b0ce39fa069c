import { TrainingHost } from './training-host.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** As far as it is used: a worker's own global, which the page's types do not have. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

declare const self: WorkerScope;

const host = new TrainingHost((message) => self.postMessage(message));
self.onmessage = ({ data }) => {
  void host.receive(data);
};
