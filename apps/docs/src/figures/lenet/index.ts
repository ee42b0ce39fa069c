import { isCenoteError } from 'cenote';
import type { MountFigure } from '../../figure.js';
import { onThemeChange } from '../../ui/pixels.js';
import { renderLoop } from '../../ui/render-loop.js';
import { urlState } from '../../url-state.js';
import { arrows, neighbour } from './cells.js';
import { messages } from './messages.js';
import { LenetModel, type WeightsOrigin } from './model.js';
import { stageNames } from './network.js';
import { cellUnder, currentColours, paintInput, paintMaps, paintPaper } from './paint.js';
import { type PenPoint, side } from './strokes.js';
import { onTrainedWeights } from './trained-weights.js';
import { type Variant, variantOf, variants } from './variants.js';
import { type Actions, type ViewState, view } from './view.js';
import './style.css';

/** The weights that the page comes with, made by scripts/train-lenet-weights.mjs. */
const shipped: Readonly<Record<Variant, URL>> = {
  modern: new URL('./weights/modern.safetensors', import.meta.url),
  d2l: new URL('./weights/d2l.safetensors', import.meta.url),
};

/** What stands on the paper at first: so that there is something to see. */
const firstSample = 3;

/** Names of the measurements that each update leaves in the browser's performance timeline. */
const workMeasure = 'lenet:update';
const latencyMeasure = 'lenet:latency';

/** Draw a digit: the picture, every layer's maps and the probabilities of both networks follow. */
export const mount: MountFigure = (root, { locale }) => {
  const m = messages[locale];
  const url = urlState('lenet-', { show: 'both', fit: 'yes' });
  const model = new LenetModel();
  const initial = url.read();
  model.fit = initial.fit !== 'no';
  model.takeSample(firstSample);
  let state: ViewState = {
    shown: variantOf(initial.show) ?? 'both',
    error: null,
    dropping: false,
  };
  let frame = 0;
  let disposed = false;
  /** When the oldest input happened that is not on the screen yet. */
  let since: number | null = null;

  const actions: Actions = {
    penDown(event) {
      if (!(event.currentTarget instanceof HTMLCanvasElement) || event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      model.penDown(paperPoint(event, event.currentTarget));
      update({}, event);
    },
    penMove(event) {
      const canvas = event.currentTarget;
      if (!(canvas instanceof HTMLCanvasElement) || !canvas.hasPointerCapture(event.pointerId)) return;
      // Everything that happened since the last frame, where the browser tells.
      const all = event.getCoalescedEvents?.() ?? [];
      model.penMove((all.length > 0 ? all : [event]).map((each) => paperPoint(each, canvas)));
      update({}, event);
    },
    penUp(event) {
      if (event.currentTarget instanceof Element) event.currentTarget.releasePointerCapture(event.pointerId);
    },
    clear() {
      model.clear();
      update();
    },
    undo() {
      model.undo();
      update();
    },
    sample(digit) {
      model.takeSample(digit);
      update();
    },
    fit(fit) {
      model.fit = fit;
      remember();
      update();
    },
    nudge(right, down) {
      model.nudge(right, down);
      update();
    },
    inputKey(event) {
      const step = arrows[event.key];
      if (step === undefined) return;
      event.preventDefault();
      model.nudge(...step);
      update({}, event);
    },
    show(shown) {
      update({ shown });
      remember();
    },
    point(event) {
      if (!(event.target instanceof HTMLCanvasElement)) return;
      const cell = cellUnder(event, event.target);
      const { variant, stage, channel } = event.target.dataset;
      const name = stageNames.find((each) => each === stage);
      const network = variantOf(variant);
      if (cell === null || name === undefined || network === null) return;
      // Long rows of numbers are folded into several lines of pixels.
      const [, height] = model.shapeOf(name);
      const unfolded = height === 1 ? { row: 0, column: cell.row * event.target.width + cell.column } : cell;
      model.pointed = { variant: network, stage: name, channel: Number(channel), ...unfolded };
      update();
    },
    leave() {
      model.pointed = null;
      update();
    },
    mapKey(event, variant, stage) {
      const step = arrows[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const { pointed } = model;
      model.pointed =
        pointed?.variant === variant && pointed.stage === stage
          ? neighbour(pointed, model.shapeOf(stage), ...step)
          : { variant, stage, channel: 0, row: 0, column: 0 };
      update();
    },
    files(files, variant) {
      const file = files?.[0];
      if (file !== undefined) void load(file, variant, { kind: 'file', name: file.name });
    },
    restore(variant) {
      void loadShipped(variant);
    },
    drag(event) {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (event.type === 'drop') {
        update({ dropping: false });
        // A file that does not say is of the network that is shown, the first one when both are.
        actions.files(event.dataTransfer.files, variantOf(state.shown) ?? variants[0]);
      } else {
        const left = event.type === 'dragleave' && !contains(event.currentTarget, event.relatedTarget);
        update({ dropping: !left });
      }
    },
  };

  const loop = renderLoop(root, () => view({ model, state, actions, m, locale }));

  function update(change: Partial<ViewState> = {}, event?: Event): void {
    state = { ...state, ...change };
    if (event !== undefined) since ??= event.timeStamp;
    if (frame === 0 && !disposed) frame = requestAnimationFrame(draw);
  }

  /** Computes and draws all that has changed, and measures it. */
  function draw(): void {
    frame = 0;
    const start = performance.now();
    loop.now();
    paint();
    const end = performance.now();
    performance.clearMeasures(workMeasure);
    performance.measure(workMeasure, { start, end });
    if (since !== null) performance.measure(latencyMeasure, { start: since, end });
    since = null;
    const time = root.querySelector('.time');
    if (time !== null) time.textContent = m.time((end - start).toFixed(1));
  }

  function paint(): void {
    const colours = currentColours();
    for (const canvas of root.querySelectorAll<HTMLCanvasElement>('canvas[data-canvas]')) {
      if (canvas.dataset.canvas === 'paper') paintPaper(canvas, model, colours);
      else paintInput(canvas, model, colours);
    }
    paintMaps([...root.querySelectorAll<HTMLCanvasElement>('canvas[data-stage]')], model, colours);
  }

  function remember(): void {
    url.write({ show: state.shown, fit: model.fit ? 'yes' : 'no' });
  }

  async function load(
    source: Parameters<LenetModel['load']>[0],
    fallback: Variant,
    origin: Exclude<WeightsOrigin, { readonly kind: 'none' }>,
  ): Promise<void> {
    try {
      const variant = await model.load(source, fallback, origin);
      if (disposed) return;
      // Weights that a reader gave are shown, also when the file is of the network that was out of sight.
      const isHidden = origin.kind !== 'shipped' && state.shown !== 'both' && state.shown !== variant;
      update({ error: null, ...(isHidden && { shown: variant }) });
    } catch (error) {
      if (disposed) return;
      if (!isCenoteError(error) && !(error instanceof Error)) throw error;
      update({ error: error.message });
    }
  }

  async function loadShipped(variant: Variant): Promise<void> {
    try {
      const response = await fetch(shipped[variant]);
      if (!response.ok) throw new Error(`${shipped[variant].pathname}: ${response.status}`);
      await load(new Uint8Array(await response.arrayBuffer()), variant, { kind: 'shipped' });
    } catch (error) {
      update({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  paint();
  const endTheme = onThemeChange(() => update());
  const endResize = observeSize(root, () => update());
  let endTrained = () => {};
  void Promise.all(variants.map(loadShipped)).then(() => {
    if (disposed) return;
    endTrained = onTrainedWeights(({ variant, bytes, accuracy }) => {
      void load(bytes, variant, { kind: 'trained', accuracy });
    });
  });

  return () => {
    disposed = true;
    cancelAnimationFrame(frame);
    endTheme();
    endResize();
    endTrained();
    loop.dispose();
    model[Symbol.dispose]();
  };
};

/** Where on the paper an event is. */
function paperPoint(event: PointerEvent, canvas: HTMLCanvasElement): PenPoint {
  const box = canvas.getBoundingClientRect();
  // Within the border.
  const scale = side / canvas.clientWidth;
  return {
    x: (event.clientX - box.left - canvas.clientLeft) * scale,
    y: (event.clientY - box.top - canvas.clientTop) * scale,
  };
}

function contains(outer: EventTarget | null, inner: EventTarget | null): boolean {
  return outer instanceof Node && inner instanceof Node && outer.contains(inner);
}

/** Calls back when an element has another size; then canvases as sharp as the screen have to be drawn again. */
function observeSize(element: Element, callback: () => void): () => void {
  const observer = new ResizeObserver(callback);
  observer.observe(element);
  return () => observer.disconnect();
}
