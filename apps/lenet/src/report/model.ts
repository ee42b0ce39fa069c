import type { LayerFacts, RunResult } from '../result.js';
import { learningText } from '../settings.js';
import { fieldOf } from './feature-maps.js';
import { count, duration, size } from './format.js';
import { type Html, html } from './html.js';

/** The layers, with what one value of each sees of the image. */
export function modelTable({ model, data }: RunResult): Html {
  const [height, width] = data.imageShape;
  return html`<section aria-labelledby="model">
<h2 id="model">The network</h2>
<p>${model.name}. ${count(model.parameters)} parameters, ${count(model.multiplyAdds)} multiply–adds for one image. The sketches show the receptive field of the value in the middle of a layer, on the image: ${height} × ${width} pixels.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Layers of the network"><table class="numbers model">
<thead><tr><td></td><th scope="col">Layer</th><th scope="col">Output</th><th scope="col">Parameters</th><th scope="col">Multiply–adds</th><th scope="col">Sees</th><th scope="col">Jump</th></tr></thead>
<tbody>${model.layers.map(
    (layer) =>
      html`<tr><td>${fieldSketch(layer, height, width)}</td><th scope="row">${layer.name}</th><td>${size(layer.outputShape)}</td><td>${count(layer.parameters)}</td><td>${count(layer.multiplyAdds)}</td><td>${fieldOf(layer)}</td><td>${layer.jump ?? '–'}</td></tr>`,
  )}</tbody></table></div>
</section>`;
}

/** The image as a square, and on it what one value sees, clipped where it reaches into padding. */
function fieldSketch(layer: LayerFacts, height: number, width: number): Html {
  const { receptiveField: field, jump, center, outputShape } = layer;
  // From the outer edge of the first pixel to the outer edge of the last.
  const range = (axis: number, side: number): readonly [low: number, high: number] => {
    if (field === null) return [0, side];
    const outputs = outputShape[outputShape.length - 2 + axis];
    const middle = jump === null || center === null ? side / 2 : center + 0.5 + jump * Math.floor((outputs - 1) / 2);
    return [Math.max(0, middle - field / 2), Math.min(side, middle + field / 2)];
  };
  const [top, bottom] = range(0, height);
  const [left, right] = range(1, width);
  return html`<svg class="field" viewBox="-0.5 -0.5 ${width + 1} ${height + 1}" aria-hidden="true"><rect class="image" width="${width}" height="${height}"/><rect class="seen" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></svg>`;
}

/** Settings, versions and times: what is needed to do it again. */
export function runFacts(result: RunResult): Html {
  const { settings, environment, timing, data } = result;
  const rows: readonly (readonly [string, string | number])[] = [
    ['Data', data.name],
    ['Examples', `${count(data.trainCount)} to train on, ${count(data.testCount)} to test on`],
    ['Model', settings.model],
    ['Optimizer', learningText(settings)],
    ['Batch size', settings.batchSize],
    [
      'Epochs',
      result.resumedAfter === 0
        ? settings.epochs
        : `${settings.epochs}, ${result.resumedAfter} of them in an earlier run`,
    ],
    ['Seed', settings.seed],
    ['Device', environment.threads > 1 ? `${environment.device}, ${environment.threads} threads` : environment.device],
    ['Versions', `cenote-lenet ${environment.app}, Node ${environment.node}, ${environment.platform}`],
    [
      'Time',
      `${duration(timing.total)}: data ${duration(timing.data)}, training ${duration(timing.training)}, testing ${duration(timing.testing)}`,
    ],
    ['Finished', environment.finishedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Weights', `SHA-256 ${result.model.weights.slice(0, 16)}…`],
  ];
  return html`<section aria-labelledby="run">
<h2 id="run">The run</h2>
<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p>The same numbers again:</p>
<pre tabindex="0"><code>${commandLine(result)}</code></pre>
</section>`;
}

/** The command that gives the numbers of this result again. */
export function commandLine({ settings }: RunResult): string {
  const quote = (text: string) => (/^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const parts = [
    'npm start --',
    ...(settings.data === null ? [] : [`--data ${quote(settings.data)}`]),
    `--model ${settings.model}`,
    `--epochs ${settings.epochs}`,
    `--batch-size ${settings.batchSize}`,
    `--optimizer ${settings.optimizer}`,
    `--lr ${settings.learningRate}`,
    `--lr-decay ${settings.learningRateDecay}`,
    ...(settings.trainCount === null ? [] : [`--train-count ${settings.trainCount}`]),
    ...(settings.testCount === null ? [] : [`--test-count ${settings.testCount}`]),
    `--seed ${settings.seed}`,
  ];
  return parts.join(' ');
}
