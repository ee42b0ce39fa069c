import type { MountFigure } from '../../figure.js';
import { onThemeChange } from '../../ui/pixels.js';
import { renderLoop } from '../../ui/render-loop.js';
import { urlState } from '../../url-state.js';
import {
  type Analysis,
  analyse,
  type Layer,
  type Network,
  networkText,
  type PresetName,
  parseNetwork,
  presetNames,
  presets,
} from './model.js';
import { featuresOf, type Picture, pictureOf } from './picture.js';
import { type Display, drawPlane, planeColours } from './plane-canvas.js';
import './style.css';
import { middleOf, seenOf } from './field-state.js';
import { fieldView } from './view.js';

const start = presets.lenet;
const state = urlState('field-', { network: networkText(start) });

/** What a layer is when it is added. */
const added: Layer = { kind: 'conv', kernelSize: 3, stride: 1, padding: 1, dilation: 1 };

export const mount: MountFigure = (root, { locale }) => {
  let network: Network = parseNetwork(state.read().network) ?? start;
  let analysis: Analysis = analyse(network);
  let picture: Picture = pictureOf(network.size);
  let planes: readonly Picture[] = featuresOf(picture, analysis.levels);
  let display: Display = 'extent';
  let chosen = analysis.levels.length - 1;
  let cell = middleOf(analysis.levels[chosen]?.size ?? 1);
  let colours = planeColours();

  const loop = renderLoop(root, () => {
    requestAnimationFrame(draw);
    return fieldView({
      locale,
      network,
      preset: presetOf(network),
      analysis,
      display,
      chosen,
      cell,
      choosePreset: (name) => replace(presets[name]),
      setSize: (size) => replace({ ...network, size }),
      setDisplay(next) {
        display = next;
        loop.update();
      },
      choose,
      pick(layer, picked) {
        chosen = layer;
        cell = picked;
        // At once: the next key moves on from here.
        loop.now();
      },
      change: (index, changed) =>
        replace(
          { ...network, layers: network.layers.map((layer, i) => (i === index ? { ...layer, ...changed } : layer)) },
          index,
        ),
      add: (index) => replace({ ...network, layers: network.layers.toSpliced(index + 1, 0, added) }, index + 1),
      remove: (index) => replace({ ...network, layers: network.layers.toSpliced(index, 1) }, Math.max(0, index - 1)),
      swap(index, other) {
        const layers = [...network.layers];
        [layers[index], layers[other]] = [layers[other], layers[index]];
        replace({ ...network, layers }, other);
      },
    });
  });

  /** Another network; the layer that is looked from is the last one, unless it is said. */
  function replace(next: Network, layer: number = next.layers.length - 1): void {
    if (next.size !== picture.size) picture = pictureOf(next.size);
    network = next;
    analysis = analyse(network);
    planes = featuresOf(picture, analysis.levels);
    state.write({ network: networkText(network) });
    choose(layer);
  }

  /** Looks from the middle of a layer's output; a layer that does not fit can be changed, but has none. */
  function choose(layer: number): void {
    chosen = layer;
    cell = middleOf(analysis.levels[chosen]?.size ?? 1);
    loop.update();
  }

  function draw(): void {
    const seen = chosen < analysis.levels.length ? seenOf({ analysis, chosen, cell }) : [];
    for (const canvas of root.querySelectorAll('canvas')) {
      const index = canvas.dataset.plane === 'picture' ? 0 : Number(canvas.dataset.plane) + 1;
      const plane = planes[index];
      if (plane === undefined) continue;
      drawPlane(canvas, plane, seen[index] ?? null, { display, own: index === chosen + 1, colours });
    }
  }

  const endTheme = onThemeChange(() => {
    colours = planeColours();
    loop.update();
  });

  return () => {
    endTheme();
    loop.dispose();
  };
};

function presetOf(network: Network): PresetName | 'own' {
  const text = networkText(network);
  return presetNames.find((name) => networkText(presets[name]) === text) ?? 'own';
}
