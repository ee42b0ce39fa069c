import { classScores } from '../per-class.js';
import type { Evaluation, Prediction, RunResult } from '../result.js';
import { probabilityColumns } from './chart.js';
import { count, percent } from './format.js';
import { type Html, html } from './html.js';
import { greyPng } from './pixels.js';

/** Short enough for the head of a column: the class's name, or its number. */
function caption(classNames: readonly string[], index: number): string {
  return classNames.every((name) => name.length <= 2) ? classNames[index] : String(index);
}

/** The confusion matrix as a heat map that is a real table, and the scores of each class. */
export function confusionAndScores(evaluation: Evaluation, classNames: readonly string[]): Html {
  const { confusion, examples } = evaluation;
  const totals = confusion.map((row) => row.reduce((sum, value) => sum + value, 0));
  const worst = worstPair(confusion);
  const summary =
    worst === null
      ? 'No example was mistaken.'
      : `The most frequent mistake: ${classNames[worst.label]} taken for ${classNames[worst.predicted]}, ${count(worst.times)} ${worst.times === 1 ? 'time' : 'times'}.`;
  const bar = (value: number | null) =>
    value === null
      ? html`<td>–</td>`
      : html`<td><span class="meter" style="--share:${value.toFixed(4)}">${percent(value)}</span></td>`;
  return html`<section aria-labelledby="confusion">
<h2 id="confusion">What is taken for what</h2>
<p>${count(examples)} test examples. ${summary}</p>
<div class="pair uneven">
<div class="scroll"><table class="heat"><caption>Confusion matrix: rows are the true class, columns the predicted one</caption>
<thead><tr><td></td>${classNames.map((name, index) => html`<th scope="col" title="predicted ${name}">${caption(classNames, index)}</th>`)}</tr></thead>
<tbody>${confusion.map(
    (row, label) =>
      html`<tr><th scope="row" title="${classNames[label]}">${caption(classNames, label)}</th>${row.map(
        (value, predicted) => {
          const share = totals[label] === 0 ? 0 : value / totals[label];
          const kind = label === predicted ? 'right' : value === 0 ? 'none' : 'wrong';
          const depth = label === predicted ? share : Math.min(1, 0.16 + Math.sqrt(share) * 1.6);
          return html`<td class="${kind}"${value === 0 ? null : html` style="--depth:${depth.toFixed(3)}"`}>${value}</td>`;
        },
      )}</tr>`,
  )}</tbody></table></div>
<div class="scroll"><table class="numbers"><caption>By class</caption>
<thead><tr><th scope="col">Class</th><th scope="col">Examples</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th></tr></thead>
<tbody>${classScores(confusion).map(
    (score, label) =>
      html`<tr><th scope="row">${classNames[label]}</th><td>${count(score.examples)}</td>${bar(score.precision)}${bar(score.recall)}<td>${score.f1 === null ? '–' : score.f1.toFixed(3)}</td></tr>`,
  )}</tbody></table></div>
</div>
</section>`;
}

/** The pair of classes that is confused most often; `null` when none is. */
export function worstPair(
  confusion: readonly (readonly number[])[],
): { readonly label: number; readonly predicted: number; readonly times: number } | null {
  let worst: { label: number; predicted: number; times: number } | null = null;
  confusion.forEach((row, label) => {
    row.forEach((times, predicted) => {
      if (label !== predicted && times > (worst?.times ?? 0)) worst = { label, predicted, times };
    });
  });
  return worst;
}

/** The wrong predictions of which the network was surest. */
export function mistakes(result: RunResult): Html | null {
  if (result.evaluation === null) return null;
  const { classNames } = result.data;
  const card = (prediction: Prediction) => html`<li>
<img class="digit" src="${greyPng(prediction.image)}" width="${prediction.image.width}" height="${prediction.image.height}" alt="Test example ${prediction.index}: a ${classNames[prediction.label]}">
<div><p><b>${classNames[prediction.label]}</b> taken for <b class="bad">${classNames[prediction.predicted]}</b><br><span class="quiet">${percent(prediction.probabilities[prediction.predicted])} sure</span></p>
${probabilityColumns(prediction.probabilities, classNames, prediction.label, prediction.predicted)}</div></li>`;
  return html`<section aria-labelledby="mistakes">
<h2 id="mistakes">The most confident mistakes</h2>
${
  result.mistakes.length === 0
    ? html`<p>There is none: every test example was read correctly.</p>`
    : html`<p>Columns are the probabilities of the classes: the right one in teal, the one that was chosen in orange.</p><ul class="cards">${result.mistakes.map(card)}</ul>`
}
</section>`;
}
