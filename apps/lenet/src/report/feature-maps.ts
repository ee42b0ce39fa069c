import type { ExampleMaps, LayerFacts, LayerMaps, RunResult } from '../result.js';
import { probabilityColumns } from './chart.js';
import { percent, size } from './format.js';
import { type Html, html } from './html.js';
import { greyPng, keptPng, signedPng } from './pixels.js';

/** What every layer made of a few test examples. */
export function featureMaps(result: RunResult): Html | null {
  if (result.examples.length === 0) return null;
  return html`<section aria-labelledby="maps">
<h2 id="maps">What every layer keeps</h2>
<p>Each row is the output of one layer, one picture for each channel, all drawn at the same size, so that a lower resolution shows as larger pixels. <em>Sees</em> is the receptive field: the square of the digit that one output value depends on.</p>
<ul class="key"><li><i class="ramp grey"></i>values of one sign: smallest to largest of the layer</li><li><i class="ramp signed"></i>both signs: negative, zero, positive</li></ul>
${result.examples.map((example) => exampleBlock(example, result))}
</section>`;
}

function exampleBlock(example: ExampleMaps, { data, model }: RunResult): Html {
  const label = data.classNames[example.label];
  const predicted = data.classNames[example.predicted];
  const right = example.label === example.predicted;
  const confidence = percent(example.probabilities[example.predicted]);
  const title = right ? `A ${label}, read as a ${predicted}` : `A ${label}, mistaken for a ${predicted}`;
  return html`<article class="example" aria-label="${title}">
<header><img class="digit" src="${greyPng(example.image)}" width="${example.image.width}" height="${example.image.height}" alt="Test example ${example.index}: a ${label}">
<div><h3>${title}</h3><p>${confidence} sure</p>${probabilityColumns(example.probabilities, data.classNames, example.label, example.predicted)}</div></header>
<div class="layers">${example.layers.map((layer) => layerRow(layer, model.layers.find((each) => each.name === layer.name) ?? null))}</div>
</article>`;
}

/** `6 × 6` pixels that one value sees, or the whole image. */
export function fieldOf(facts: LayerFacts | null): string {
  return facts === null || facts.receptiveField === null ? 'all' : `${facts.receptiveField} × ${facts.receptiveField}`;
}

function layerRow(layer: LayerMaps, facts: LayerFacts | null): Html {
  const signed = layer.low < 0;
  const strip = layer.maps.length === 1 && layer.maps[0].height === 1;
  const shape = facts === null ? '' : size(facts.outputShape);
  const picture = (map: LayerMaps['maps'][number]) =>
    html`<img src="${signed ? signedPng(map, layer.low, layer.high) : greyPng(map)}" width="${map.width}" height="${map.height}" alt="">`;
  const range = `values from ${layer.low.toPrecision(3)} to ${layer.high.toPrecision(3)}`;
  const what = strip
    ? `${layer.maps[0].width} values`
    : `${layer.maps.length} maps of ${layer.maps[0].height} by ${layer.maps[0].width} pixels`;
  return html`<div class="layer${layer.kept === null ? '' : ' pool'}${strip ? ' flat' : ''}">
<div class="about"><b>${layer.name}</b> <span>${shape}</span> <span>sees ${fieldOf(facts)}</span></div>
<div class="maps${strip ? ' strip' : ''}" role="img" aria-label="Output of ${layer.name}: ${what}, ${range}" title="${range}"${
    strip ? html` style="--n:${layer.maps[0].width}"` : null
  }>${layer.maps.map(picture)}</div></div>`;
}

/** Before and after every pooling layer, with the values that got through. */
export function pooling(result: RunResult): Html | null {
  const example = result.examples.at(0);
  if (example === undefined) return null;
  const steps = example.layers.flatMap((layer, position) =>
    layer.kept === null || position === 0 ? [] : [{ before: example.layers[position - 1], layer, kept: layer.kept }],
  );
  if (steps.length === 0) return null;
  const label = result.data.classNames[example.label];
  return html`<section aria-labelledby="pooling">
<h2 id="pooling">What pooling keeps</h2>
<p>Three channels before and after each pooling layer, for the first digit below, a ${label}. In the middle, the values that reach the output are in colour. ${
    steps.some(({ layer }) => takesAll(layer))
      ? 'Average pooling lets every value through, in equal shares, and so blurs them.'
      : 'Maximum pooling passes on the largest value of each window and drops the others: what is strong stays, and where exactly it was is lost.'
  }</p>
${steps.map(({ before, layer, kept }) => {
  const picked = mostVaried(before, 3);
  const passed = takesAll(layer)
    ? 'All values take part.'
    : `${percent(layer.keptShare ?? 0)} of the values get through.`;
  return html`<h3>${before.name} → ${layer.name}</h3>
<p class="quiet">${size([before.maps[0].height, before.maps[0].width])} → ${size([layer.maps[0].height, layer.maps[0].width])} in each channel. ${passed}</p>
<div class="triples">${picked.map(
    (
      channel,
    ) => html`<div class="triple" role="img" aria-label="Channel ${channel + 1} before ${layer.name}, the values that it keeps, and after it">
<figure><img src="${greyPng(before.maps[channel])}" width="112" height="112" alt=""><figcaption>before</figcaption></figure>
<figure><img src="${keptPng(before.maps[channel], kept[channel])}" width="112" height="112" alt=""><figcaption>kept</figcaption></figure>
<figure><img src="${greyPng(layer.maps[channel])}" width="112" height="112" alt=""><figcaption>after</figcaption></figure></div>`,
  )}</div>`;
})}
</section>`;
}

function takesAll(layer: LayerMaps): boolean {
  return layer.keptShare === null || layer.keptShare > 0.999;
}

/** Channels whose pixels differ most from each other: those in which there is something to see. */
function mostVaried(layer: LayerMaps, many: number): number[] {
  const spread = layer.maps.map((map) => {
    const bytes = Buffer.from(map.bytes, 'base64');
    const mean = bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
    return bytes.reduce((sum, byte) => sum + (byte - mean) ** 2, 0);
  });
  return spread
    .map((value, channel) => ({ value, channel }))
    .sort((a, b) => b.value - a.value || a.channel - b.channel)
    .slice(0, many)
    .map(({ channel }) => channel)
    .sort((a, b) => a - b);
}
