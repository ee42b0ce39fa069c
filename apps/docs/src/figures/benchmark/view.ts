import { html, nothing, type TemplateResult } from 'lit-html';
import { button } from '../../ui/button.js';
import { errorBox } from '../../ui/error-box.js';
import { segmented } from '../../ui/segmented.js';
import { digits, timeText } from './measure.js';
import type { BenchmarkMessages } from './messages.js';
import { type Contender, type Measurement, taking, timeKey } from './protocol.js';
import { type BenchRow, benchRows } from './rows.js';

/** Times as they are, or as multiples of the copy's. */
export type Unit = 'time' | 'copy';

export interface BenchmarkView {
  readonly measurement: Measurement;
  readonly unit: Unit;
  readonly texts: BenchmarkMessages;
  readonly onStart: () => void;
  readonly onCancel: () => void;
  readonly onUnit: (unit: Unit) => void;
}

export function view(props: BenchmarkView): TemplateResult {
  const { measurement, unit, texts, onUnit } = props;
  return html`<div class="figure-benchmark">
    <div class="bench-controls">
      ${controls(props)}
      ${segmented<Unit>({
        label: texts.unit,
        name: 'benchmark-unit',
        choices: [
          { value: 'time', label: texts.time },
          { value: 'copy', label: texts.timesCopy },
        ],
        value: unit,
        onChange: onUnit,
      })}
    </div>
    ${status(props)}
    ${measurement.state === 'failed' && measurement.message !== null ? errorBox(measurement.message) : nothing}
    ${measurement.times.size === 0 ? nothing : results(props)}
  </div>`;
}

function controls({ measurement, texts, onStart, onCancel }: BenchmarkView): TemplateResult {
  if (measurement.state === 'running') return button({ label: texts.cancel, onClick: onCancel });
  const label = measurement.state === 'idle' ? texts.start : texts.again;
  return button({ label, primary: true, onClick: onStart });
}

function status({ measurement, texts }: BenchmarkView): TemplateResult {
  const { state, times, threads, webgpu, isolated } = measurement;
  const all = benchRows.length * taking(measurement).length;
  const said: Readonly<Record<Measurement['state'], string>> = {
    idle: texts.idle,
    running: texts.progress(times.size, all),
    done: texts.done(threads, webgpu !== null) + (isolated ? '' : ` ${texts.oneThread}`),
    cancelled: texts.cancelled,
    failed: '',
  };
  return html`<p class="bench-status" aria-live="polite">${said[state]}</p>
    ${
      state === 'running'
        ? html`<progress max=${all} value=${times.size} aria-label=${texts.progress(times.size, all)}></progress>`
        : nothing
    }`;
}

function results(props: BenchmarkView): TemplateResult {
  const names = taking(props.measurement);
  return html`<div class="bench-rows">${benchRows.map((bench) => rowResults(bench, names, props))}</div>
    <p class="bench-caption">${props.texts.caption}</p>`;
}

function rowResults(bench: BenchRow, names: readonly Contender[], props: BenchmarkView): TemplateResult {
  const { measurement, texts } = props;
  const time = (name: Contender) => measurement.times.get(timeKey(bench.id, name));
  const slowest = Math.max(...names.map((name) => time(name) ?? 0));
  const called = (name: Contender) =>
    name === 'threads' ? texts.threads(measurement.threads) : texts.contenders[name];
  return html`<table class="bench-row" data-row=${bench.id}>
    <caption>${bench.title}</caption>
    <tbody>
      ${names.map((name) => {
        const value = time(name);
        return html`<tr class=${name} data-contender=${name}>
          <th scope="row">${called(name)}</th>
          <td class="bar" aria-hidden="true">
            <span style=${`width: ${slowest > 0 && value ? Math.max(0.5, (100 * value) / slowest) : 0}%`}></span>
          </td>
          <td class="value">${valueText(value, time('copy'), props)}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function valueText(value: number | null | undefined, copy: number | null | undefined, props: BenchmarkView): string {
  if (value === undefined) return props.texts.pending;
  if (value === null) return props.texts.wrong;
  if (props.unit === 'copy' && copy) return `${digits(value / copy)} ×`;
  return timeText(value);
}
