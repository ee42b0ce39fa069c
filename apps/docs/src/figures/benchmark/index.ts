import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import { messages } from './messages.js';
import { type Measurement, nothingMeasured, type Report, reported } from './protocol.js';
import { type Unit, view } from './view.js';
import './style.css';

/** Measures pooling in the visitor's own browser, in a worker, when asked to. */
export const mount: MountFigure = (root, { locale }) => {
  let measurement: Measurement = nothingMeasured;
  let unit: Unit = 'time';
  let worker: Worker | undefined;

  function change(next: Measurement): void {
    measurement = next;
    loop.update();
  }

  function stop(): void {
    worker?.terminate();
    worker = undefined;
  }

  function start(): void {
    stop();
    change({ ...nothingMeasured, state: 'running' });
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      change(reported(measurement, data));
      if (data.kind === 'done' || data.kind === 'failed') stop();
    };
    worker.onerror = ({ message }) => {
      change(reported(measurement, { kind: 'failed', message }));
      stop();
    };
  }

  const loop = renderLoop(root, () =>
    view({
      measurement,
      unit,
      texts: messages[locale],
      onStart: start,
      onCancel() {
        stop();
        change({ ...measurement, state: 'cancelled' });
      },
      onUnit(next) {
        unit = next;
        loop.update();
      },
    }),
  );
  return () => {
    stop();
    loop.dispose();
  };
};
