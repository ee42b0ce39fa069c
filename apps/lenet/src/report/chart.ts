import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { type Html, html } from './html.js';

/** A line of a {@link lineChart}. */
export interface Series {
  readonly name: string;
  /** Of the style sheet: decides colour and dashes. */
  readonly className: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Whether each point gets a dot. */
  readonly dots: boolean;
}

/** What a {@link lineChart} shows. */
export interface ChartSpec {
  /** For `id` attributes; unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the picture says, for those who do not see it. */
  readonly description: string;
  readonly xLabel: string;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly formatY: (value: number) => string;
  readonly series: readonly Series[];
}

const width = 420;
const height = 250;
const margin = { top: 10, right: 12, bottom: 38, left: 46 };

/** A line chart as SVG. It takes its colours from the style sheet and needs no script. */
export function lineChart(spec: ChartSpec): Html {
  const x = scaleLinear(spec.x, [margin.left, width - margin.right]);
  const y = scaleLinear(spec.y, [height - margin.bottom, margin.top]).nice(5);
  const xTicks = x.ticks(Math.min(8, Math.max(1, Math.ceil(spec.x[1])))).filter(Number.isInteger);
  const path = line()
    .defined(([, value]) => Number.isFinite(value))
    .x(([at]) => x(at))
    .y(([, value]) => y(value))
    .digits(1);
  const plotRight = width - margin.right;
  const plotBottom = height - margin.bottom;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${spec.id}-title ${spec.id}-about">
<title id="${spec.id}-title">${spec.title}</title><desc id="${spec.id}-about">${spec.description}</desc>
<clipPath id="${spec.id}-clip"><rect x="${margin.left}" y="${margin.top - 4}" width="${plotRight - margin.left + 6}" height="${plotBottom - margin.top + 4}"/></clipPath>
${y
  .ticks(5)
  .map(
    (tick) =>
      html`<line class="grid" x1="${margin.left}" x2="${plotRight}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/><text class="tick" x="${margin.left - 8}" y="${fixed(y(tick) + 4)}" text-anchor="end">${spec.formatY(tick)}</text>`,
  )}
${xTicks.map(
  (tick) =>
    html`<line class="axis" x1="${fixed(x(tick))}" x2="${fixed(x(tick))}" y1="${plotBottom}" y2="${plotBottom + 4}"/><text class="tick" x="${fixed(x(tick))}" y="${plotBottom + 17}" text-anchor="middle">${tick}</text>`,
)}
<line class="axis" x1="${margin.left}" x2="${plotRight}" y1="${plotBottom}" y2="${plotBottom}"/>
<text class="label" x="${(margin.left + plotRight) / 2}" y="${height - 4}" text-anchor="middle">${spec.xLabel}</text>
<g clip-path="url(#${spec.id}-clip)">${spec.series.map(
    (series) =>
      html`<path class="series ${series.className}" d="${path(series.points.map(([at, value]) => [at, value])) ?? ''}"/>${
        series.dots
          ? series.points
              .filter(([, value]) => Number.isFinite(value))
              .map(
                ([at, value]) =>
                  html`<circle class="dot ${series.className}" cx="${fixed(x(at))}" cy="${fixed(y(value))}" r="3.4"/>`,
              )
          : null
      }`,
  )}</g>
</svg>`;
}

/** What each line means: a sample of it and its name. */
export function legend(series: readonly Series[]): Html {
  return html`<ul class="legend">${series.map(
    (each) =>
      html`<li><svg viewBox="0 0 28 10" aria-hidden="true"><path class="series ${each.className}" d="M1,5H27"/>${
        each.dots ? html`<circle class="dot ${each.className}" cx="14" cy="5" r="3.2"/>` : null
      }</svg>${each.name}</li>`,
  )}</ul>`;
}

/** The probabilities of the classes as small columns. */
export function probabilityColumns(
  probabilities: readonly number[],
  classNames: readonly string[],
  label: number,
  predicted: number,
): Html {
  const step = 16;
  const full = 40;
  const description = probabilities
    .map((value, index) => `${classNames[index]}: ${(value * 100).toFixed(1)}%`)
    .join(', ');
  return html`<svg class="columns" viewBox="0 0 ${probabilities.length * step} ${full + 16}" role="img" aria-label="Probabilities. ${description}">
<title>${description}</title>
<line class="axis" x1="0" x2="${probabilities.length * step}" y1="${full + 0.5}" y2="${full + 0.5}"/>
${probabilities.map((value, index) => {
  const kind = index === label ? 'right' : index === predicted ? 'wrong' : 'other';
  const tall = Math.max(0.6, value * full);
  const caption = classNames[index].length <= 2 ? classNames[index] : String(index);
  return html`<rect class="column ${kind}" x="${index * step + 3}" width="${step - 6}" y="${fixed(full - tall)}" height="${fixed(tall)}"/><text class="tick ${kind}" x="${index * step + step / 2}" y="${full + 13}" text-anchor="middle">${caption}</text>`;
})}
</svg>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
