import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import {
  type ConsistencySettings,
  changes,
  consistency,
  halve,
  type Method,
  methods,
  nearestTurn,
  type SignalName,
  shifted,
  signals,
} from './model.js';
import './style.css';
import { blurPoolView, type Comparison, nameOf } from './view.js';

/** Milliseconds without a change before a measurement starts. */
const pause = 250;

export const mount: MountFigure = (root, { locale }) => {
  let signal: readonly number[] = signals.pairs;
  let shift = 1;
  let changesOf = changesBy(signal);
  let settings: ConsistencySettings = { maxShift: 15, seed: 1 };
  let measured: Partial<Record<Method, number>> = {};
  /** Counts measurements, so that one that was overtaken ends. */
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let measuring = true;

  const loop = renderLoop(root, () => {
    const moved = shifted(signal, shift);
    return blurPoolView({
      locale,
      signal,
      signalName: nameOf(signal),
      shift,
      moved,
      comparisons: methods.map((method) => compare(method, moved)),
      settings,
      consistency: measured,
      measuring,
      choose: (name: SignalName) => edited(signals[name]),
      edit: (position, value) => edited(signal.with(position, value)),
      move(next) {
        shift = next;
        loop.update();
      },
      set(changed) {
        settings = { ...settings, ...changed };
        measure();
      },
    });
  });
  measure();

  function compare(method: Method, moved: readonly number[]): Comparison {
    const rest = halve(method, signal);
    return { method, rest, turned: nearestTurn(rest, halve(method, moved)), changes: changesOf[method] };
  }

  function edited(next: readonly number[]): void {
    signal = next;
    changesOf = changesBy(signal);
    // At once: the next key goes on from here.
    loop.now();
  }

  function measure(): void {
    turn++;
    measured = {};
    measuring = true;
    loop.update();
    clearTimeout(timer);
    timer = setTimeout(() => void measureAll(turn), pause);
  }

  async function measureAll(own: number): Promise<void> {
    for (const method of methods) {
      const share = await consistency(method, settings);
      if (own !== turn) return;
      measured = { ...measured, [method]: share };
      loop.update();
    }
    measuring = false;
    loop.update();
  }

  return () => {
    turn++;
    clearTimeout(timer);
    loop.dispose();
  };
};

function changesBy(signal: readonly number[]): Readonly<Record<Method, readonly number[]>> {
  return {
    max: changes('max', signal),
    average: changes('average', signal),
    blur: changes('blur', signal),
    polyphase: changes('polyphase', signal),
  };
}
