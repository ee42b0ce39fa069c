import type { BatchPoint, History } from '../result.js';
import { legend, lineChart, type Series } from './chart.js';
import { loss, percent } from './format.js';
import { type Html, html } from './html.js';

const mostBins = 160;

type Point = readonly [x: number, y: number];

/** Means of neighbouring batches, so that a curve of thousands stays readable and small. */
export function binned(batches: readonly BatchPoint[], pick: (point: BatchPoint) => number): Point[] {
  const perBin = Math.max(1, Math.ceil(batches.length / mostBins));
  const points: Point[] = [];
  for (let start = 0; start < batches.length; start += perBin) {
    const bin = batches.slice(start, start + perBin);
    const mean = (of: (point: BatchPoint) => number) => bin.reduce((sum, point) => sum + of(point), 0) / bin.length;
    points.push([mean((point) => point.epoch), mean(pick)]);
  }
  return points;
}

/** Loss and accuracy over the run, as pictures and as a table. */
export function curves(history: History): Html | null {
  const { batches, epochs } = history;
  if (batches.length === 0) return null;
  const last = epochs.at(-1);
  const end = Math.max(1, Math.ceil(batches[batches.length - 1].epoch - 1e-9));
  const lossSeries: Series[] = [
    { name: 'training, by batch', className: 'batch', points: binned(batches, (point) => point.loss), dots: false },
    {
      name: 'training, epoch mean',
      className: 'train',
      points: epochs.map((each) => [each.epoch, each.trainLoss]),
      dots: true,
    },
    { name: 'test', className: 'test', points: epochs.map((each) => [each.epoch, each.testLoss]), dots: true },
  ];
  const accuracySeries: Series[] = [
    { ...lossSeries[0], points: binned(batches, (point) => point.accuracy) },
    { ...lossSeries[1], points: epochs.map((each) => [each.epoch, each.trainAccuracy]) },
    { ...lossSeries[2], points: epochs.map((each) => [each.epoch, each.testAccuracy]) },
  ];
  const finite = (series: readonly Series[]) =>
    series.flatMap((each) => each.points.map(([, value]) => value)).filter(Number.isFinite);
  const shownAccuracies = finite(epochs.length > 0 ? accuracySeries.slice(1) : accuracySeries);
  const lowest = Math.max(0, Math.floor(Math.min(1, ...shownAccuracies) * 10 - 1) / 10);
  const after = last === undefined ? 'No epoch was completed.' : `After epoch ${last.epoch}`;
  return html`<section aria-labelledby="curves">
<h2 id="curves">Learning curves</h2>
<p>The training values are means over an epoch while the weights were still changing; the test values are those after it. That is why the test can look better early on.</p>
<div class="pair">
<figure><figcaption>Loss (cross-entropy)</figcaption>
${lineChart({
  id: 'loss-chart',
  title: 'Loss over the epochs',
  description:
    last === undefined
      ? after
      : `${after} the training loss is ${loss(last.trainLoss)} and the test loss ${loss(last.testLoss)}.`,
  xLabel: 'epochs',
  x: [0, end],
  y: [0, Math.max(0.1, ...finite(lossSeries))],
  formatY: (value) => String(value),
  series: lossSeries,
})}</figure>
<figure><figcaption>Accuracy</figcaption>
${lineChart({
  id: 'accuracy-chart',
  title: 'Accuracy over the epochs',
  description:
    last === undefined
      ? after
      : `${after} the training accuracy is ${percent(last.trainAccuracy)} and the test accuracy ${percent(last.testAccuracy)}.`,
  xLabel: 'epochs',
  x: [0, end],
  y: [lowest, 1],
  formatY: (value) => `${Math.round(value * 100)}%`,
  series: accuracySeries,
})}</figure>
</div>
${legend(lossSeries)}
${
  epochs.length === 0
    ? null
    : html`<details><summary>The same as a table</summary>
<div class="scroll"><table class="numbers"><thead><tr><th scope="col">Epoch</th><th scope="col">Training loss</th><th scope="col">Test loss</th><th scope="col">Training accuracy</th><th scope="col">Test accuracy</th></tr></thead>
<tbody>${epochs.map(
        (each) =>
          html`<tr><th scope="row">${each.epoch}</th><td>${loss(each.trainLoss)}</td><td>${loss(each.testLoss)}</td><td>${percent(each.trainAccuracy)}</td><td>${percent(each.testAccuracy)}</td></tr>`,
      )}</tbody></table></div></details>`
}
</section>`;
}
