import type { RunResult } from '../result.js';
import { confusionAndScores, mistakes } from './confusion.js';
import { curves } from './curves.js';
import { featureMaps, pooling } from './feature-maps.js';
import { count, duration, loss, percent } from './format.js';
import { type Html, html } from './html.js';
import { modelTable, runFacts } from './model.js';
import { style } from './style.js';

/**
 * The report of a run: one HTML page that needs no network and no script.
 *
 * @param result What was trained, tested and looked at.
 */
export function renderReport(result: RunResult): string {
  // Of a folder the last part: the whole path is among the facts of the run.
  const data = result.data.name
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .at(-1);
  const title = `LeNet (${result.settings.model}) on ${data ?? result.data.name}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${head(result, title)}
${curves(result.history)}
${result.evaluation === null ? null : confusionAndScores(result.evaluation, result.data.classNames)}
${pooling(result)}
${featureMaps(result)}
${mistakes(result)}
${modelTable(result)}
${runFacts(result)}
</main>
</body>
</html>
`.text;
}

function head(result: RunResult, title: string): Html {
  const { evaluation, model, timing, settings } = result;
  const tile = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const trained = result.history.batches.at(-1)?.epoch ?? 0;
  return html`<header class="head">
<h1>${title}</h1>
${
  result.status === 'interrupted'
    ? html`<p class="notice"><strong>Partial.</strong> The run was stopped after ${trained.toFixed(2)} of ${settings.epochs} epochs. ${
        evaluation === null
          ? 'Nothing was tested.'
          : `The figures are for the network as it was then, on ${count(evaluation.examples)} of ${count(result.data.testCount)} test examples.`
      }</p>`
    : null
}
<dl class="tiles">
${evaluation === null ? null : html`<div class="main"><dt>Test accuracy</dt><dd>${percent(evaluation.accuracy)}</dd></div>${tile('Test loss', loss(evaluation.loss))}`}
${tile('Training images', count(result.data.trainCount))}
${tile('Parameters', count(model.parameters))}
${tile('Training', duration(timing.training))}
${tile('Images per second', count(Math.round(timing.examplesPerSecond)))}
</dl>
</header>`;
}
