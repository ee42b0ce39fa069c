import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { Locale } from '../../figure.js';
import { button } from '../../ui/button.js';
import { errorBox } from '../../ui/error-box.js';
import { segmented } from '../../ui/segmented.js';
import { slider } from '../../ui/slider.js';
import { type Variant, variants } from '../lenet/variants.js';
import { type CurvePoint, type Frame, pathOf, placed, smoothed } from './chart.js';
import type { TrainingMessages } from './messages.js';
import { digitsPerSecond, goalOf, isUnderWay, type Run } from './run.js';
import { type DeviceName, learningRateSteps, plan } from './settings.js';

/** What the figure shows. */
export interface TrainingState {
  readonly variant: Variant;
  /** As it was typed. */
  readonly seed: string;
  readonly learningRate: number;
  readonly device: DeviceName;
  readonly hasGpu: boolean;
  /** The last run of each network, the newest one last. */
  readonly runs: readonly Run[];
  /** What was wrong with the settings. */
  readonly error: string | null;
  /** Whether the weights went to the figure above. */
  readonly sent: boolean;
}

/** What a reader can do. */
export interface TrainingActions {
  readonly variant: (variant: Variant) => void;
  readonly seed: (seed: string) => void;
  readonly learningRate: (rate: number) => void;
  readonly device: (device: DeviceName) => void;
  readonly start: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
  readonly reset: () => void;
  readonly use: () => void;
  readonly download: () => void;
}

/** All that the templates need. */
export interface TrainingView {
  readonly state: TrainingState;
  readonly actions: TrainingActions;
  readonly m: TrainingMessages;
  readonly locale: Locale;
}

/** The frame of a chart, in the units of its `viewBox`. */
const box = { width: 400, height: 170 };
const lossSpan = 20;
/** The loss of guessing is ln 10, about 2.3: the chart shows a little more. */
const lossTop = 2.5;

/** The whole figure. */
export function trainingView(v: TrainingView): TemplateResult {
  const { state, m } = v;
  const current = state.runs.at(-1) ?? null;
  return html`<div class="figure-lenet-training">
    ${settings(v)} ${commands(v, current)} ${status(v, current)}
    <div class="charts">${lossChart(v)} ${accuracyChart(v)}</div>
    ${legend(v)}
    ${state.error === null ? nothing : errorBox(state.error)}
    ${current?.error == null ? nothing : errorBox(current.error)}
    ${results(v, current)}
    <p class="unseen" role="status">${current === null ? m.nothing : spoken(v, current)}</p>
  </div>`;
}

function settings({ state, actions, m }: TrainingView): TemplateResult {
  const devices: readonly DeviceName[] = state.hasGpu ? ['cpu', 'webgpu'] : ['cpu'];
  return html`<div class="settings">
    ${segmented({
      label: m.network,
      name: 'lenet-training-variant',
      choices: variants.map((value) => ({ value, label: m.variant[value] })),
      value: state.variant,
      onChange: actions.variant,
    })}
    ${segmented({
      label: m.device,
      name: 'lenet-training-device',
      choices: devices.map((value) => ({ value, label: m.devices[value] })),
      value: state.device,
      onChange: actions.device,
    })}
    <div class="rate">
      ${slider({
        label: m.learningRate,
        value: learningRateSteps.indexOf(state.learningRate),
        min: 0,
        max: learningRateSteps.length - 1,
        format: (index) => String(learningRateSteps[index]),
        onInput: (index) => actions.learningRate(learningRateSteps[index]),
      })}
    </div>
    <label class="seed">
      <span class="c-label">${m.seed}</span>
      <input
        inputmode="numeric"
        autocomplete="off"
        .value=${live(state.seed)}
        @input=${(event: Event) => {
          if (event.target instanceof HTMLInputElement) actions.seed(event.target.value);
        }}
      />
    </label>
  </div>`;
}

function commands({ state, actions, m }: TrainingView, current: Run | null): TemplateResult {
  const underWay = current !== null && isUnderWay(current);
  const primary = !underWay
    ? button({ label: current === null ? m.train : m.again, primary: true, onClick: actions.start })
    : current.phase === 'paused'
      ? button({ label: m.resume, primary: true, onClick: actions.resume })
      : button({ label: m.pause, primary: true, onClick: actions.pause });
  return html`<div class="row">
    ${primary} ${button({ label: m.stop, disabled: !underWay, onClick: actions.stop })}
    ${button({ label: m.reset, disabled: state.runs.length === 0, onClick: actions.reset })}
  </div>`;
}

function status(v: TrainingView, current: Run | null): TemplateResult {
  const { m, locale } = v;
  const done = current === null || current.steps === 0 ? 0 : (current.batches.at(-1)?.step ?? 0) / current.steps;
  return html`<div class="status">
    <div class="progress" aria-hidden="true"><div style=${`width:${(100 * done).toFixed(1)}%`}></div></div>
    <p>
      ${
        current === null
          ? m.idle(count(plan.trainCount, locale), count(plan.testCount, locale))
          : statusFacts(v, current).map((fact) => html`<span>${fact}</span>`)
      }
    </p>
  </div>`;
}

function statusFacts({ m, locale }: TrainingView, run: Run): readonly string[] {
  const facts: string[] = [];
  const last = run.batches.at(-1);
  if (run.steps === 0) facts.push(run.drawn === 0 ? m.starting : m.drawing(percent(run.drawn, 0, locale)));
  else facts.push(m.step(count(last?.step ?? 0, locale), count(run.steps, locale)));
  if (run.phase === 'paused') facts.push(m.paused);
  if (run.phase === 'stopped') facts.push(m.stopped);
  if (run.phase === 'complete') facts.push(m.done((run.seconds ?? 0).toFixed(1)));
  const speed = digitsPerSecond(run);
  if (speed !== null) facts.push(m.speed(count(Math.round(speed), locale)));
  if (run.device !== '') facts.push(m.where(run.device, run.threads));
  return facts;
}

/** What is read aloud: at most at every test. */
function spoken({ m, locale }: TrainingView, run: Run): string {
  const test = run.tests.at(-1);
  const words: string[] = [];
  if (test !== undefined)
    words.push(m.step(count(test.step, locale), count(run.steps, locale)), m.tested(percent(test.accuracy, 1, locale)));
  if (run.phase === 'paused') words.push(m.paused);
  if (run.phase === 'stopped') words.push(m.stopped);
  if (run.phase === 'complete') words.push(m.done((run.seconds ?? 0).toFixed(1)));
  return words.length === 0 ? m.starting : words.join(', ');
}

interface Curve {
  readonly run: Run;
  readonly isCurrent: boolean;
}

function curvesOf({ runs }: TrainingState): readonly Curve[] {
  return runs.map((run, index) => ({ run, isCurrent: index === runs.length - 1 }));
}

/** The longest run that is shown decides how wide a batch is. */
function steps({ runs }: TrainingState): number {
  return runs.reduce((most, run) => Math.max(most, run.steps), 1);
}

function lossChart(v: TrainingView): TemplateResult {
  const { state, m } = v;
  const frame: Frame = { ...box, x: [0, steps(state)], y: [0, lossTop] };
  const curves = curvesOf(state).map(({ run, isCurrent }) => {
    const points = run.batches.map(({ step, loss }): CurvePoint => ({ x: step, y: loss }));
    return svg`<g class=${`curve ${run.settings.variant}`}>
      ${isCurrent ? svg`<path class="raw" d=${pathOf(points, frame)}></path>` : nothing}
      <path d=${pathOf(smoothed(points, lossSpan), frame)}></path>
    </g>`;
  });
  const last = state.runs.at(-1)?.batches.at(-1);
  const facts =
    last === undefined ? m.nothing : `${m.step(String(last.step), String(steps(state)))}: ${last.loss.toFixed(3)}`;
  return chart(m.chart(m.loss, facts), [m.loss, m.lossAbout], frame, [0, 1, 2], String, curves, v);
}

function accuracyChart(v: TrainingView): TemplateResult {
  const { state, m, locale } = v;
  const frame: Frame = { ...box, x: [0, steps(state)], y: [0, 1] };
  const goal = placed({ x: 0, y: plan.goal }, frame).y;
  const curves = curvesOf(state).map(({ run }) => {
    const points = run.tests.map(({ step, accuracy }): CurvePoint => ({ x: step, y: accuracy }));
    return svg`<g class=${`curve ${run.settings.variant}`}>
      <path d=${pathOf(points, frame)}></path>
      ${points.map((point) => {
        const { x, y } = placed(point, frame);
        return svg`<circle cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="2.2"></circle>`;
      })}
    </g>`;
  });
  const marks = [
    svg`<line class="goal" x1="0" x2=${box.width} y1=${goal} y2=${goal}></line>
      <text class="goal" x=${box.width - 4} y=${goal + 14} text-anchor="end">${m.goal(percent(plan.goal, 0, locale))}</text>`,
    ...curves,
  ];
  const last = state.runs.at(-1)?.tests.at(-1);
  const facts = last === undefined ? m.nothing : m.tested(percent(last.accuracy, 1, locale));
  const label = (share: number) => percent(share, 0, locale);
  return chart(m.chart(m.accuracy, facts), [m.accuracy, m.accuracyAbout], frame, [0, 0.5, 1], label, marks, v);
}

function chart(
  label: string,
  [name, about]: readonly [string, string],
  frame: Frame,
  ticks: readonly number[],
  format: (tick: number) => string,
  curves: readonly unknown[],
  { m, locale }: TrainingView,
): TemplateResult {
  const left = 44;
  const top = 10;
  const [, end] = frame.x;
  return html`<figure class="chart">
    <figcaption><b>${name}</b> ${about}</figcaption>
    <svg viewBox=${`0 0 ${left + box.width + 8} ${top + box.height + 24}`} role="img" aria-label=${label}>
      <g transform=${`translate(${left} ${top})`}>
        ${ticks.map((tick) => {
          const { y } = placed({ x: 0, y: tick }, frame);
          return svg`<line class="grid" x1="0" x2=${box.width} y1=${y} y2=${y}></line>
            <text x="-8" y=${y + 4} text-anchor="end">${format(tick)}</text>`;
        })}
        ${curves}
        <text x="0" y=${box.height + 20}>0</text>
        <text x=${box.width} y=${box.height + 20} text-anchor="end">
          ${end > 1 ? `${count(end, locale)} ${m.steps}` : m.steps}
        </text>
      </g>
    </svg>
  </figure>`;
}

function legend({ state, m, locale }: TrainingView): TemplateResult {
  return html`<ul class="legend">
    ${state.runs.map((run) => {
      const goal = goalOf(run);
      const last = run.tests.at(-1);
      const { variant, learningRate, seed } = run.settings;
      return html`<li class=${variant} data-variant=${variant} data-goal-seconds=${goal?.seconds.toFixed(2) ?? nothing}>
        <b>${m.variant[variant]}</b>
        <span>${m.learningRate} ${learningRate}</span><span>${m.seed} ${seed}</span>
        ${last === undefined ? nothing : html`<span>${m.tested(percent(last.accuracy, 1, locale))}</span>`}
        ${
          goal === null
            ? nothing
            : html`<span>${m.reached(percent(plan.goal, 0, locale), goal.seconds.toFixed(1), count(goal.step, locale))}</span>`
        }
      </li>`;
    })}
  </ul>`;
}

function results({ state, actions, m }: TrainingView, current: Run | null): TemplateResult {
  const none = current === null || current.batches.length === 0 || current.phase === 'failed';
  return html`<div class="row results">
    ${button({ label: m.use, disabled: none, onClick: actions.use })}
    ${button({ label: m.download, disabled: none, onClick: actions.download })}
    <p aria-live="polite">${state.sent ? m.used : ''}</p>
  </div>`;
}

function percent(share: number, decimals: number, locale: Locale): string {
  return `${(100 * share).toFixed(decimals)}${locale === 'zh' ? '' : ' '}%`;
}

function count(value: number, locale: Locale): string {
  return value.toLocaleString(locale);
}
