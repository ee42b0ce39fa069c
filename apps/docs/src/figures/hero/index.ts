import { maxPool2d, tensor } from 'cenote';
import { html, render } from 'lit-html';
import type { MountFigure } from '../../figure.js';

export const mount: MountFigure = (root) => {
  const x = tensor([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);
  const y = maxPool2d(x, 2, { stride: 1 });
  render(html`<output>${[...y.dataSync()].join(' ')}</output>`, root);
  return () => {
    x.dispose();
    y.dispose();
  };
};
