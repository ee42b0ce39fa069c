import type { MountFigure } from '../../figure.js';
import type { Cell } from '../../ui/cell-picker.js';
import { renderLoop } from '../../ui/render-loop.js';
import { urlState } from '../../url-state.js';
import { limits, type Pair, pool, presetSettings, type Settings } from './model.js';
import './style.css';
import { paddingView } from './view.js';

const start = presetSettings('half');
const text = ([rows, columns]: Pair) => `${rows}.${columns}`;

const state = urlState('padding-', {
  pooling: start.pooling,
  size: text(start.size),
  window: text(start.kernelSize),
  stride: text(start.stride),
  padding: text(start.padding),
});

export const mount: MountFigure = (root, { locale }) => {
  let settings = read();
  let cell: Cell = { row: 0, column: 0 };

  const loop = renderLoop(root, () => {
    const pooled = pool(settings);
    if (typeof pooled !== 'string') {
      const { output } = pooled;
      cell = { row: Math.min(cell.row, output.length - 1), column: Math.min(cell.column, output[0].length - 1) };
    }
    return paddingView({
      locale,
      settings,
      cell,
      set: (changed) => change({ ...settings, ...changed }),
      choose: (name) => change(presetSettings(name)),
      pick(picked) {
        cell = picked;
        // At once: the next key moves on from here.
        loop.now();
      },
    });
  });

  function change(next: Settings): void {
    settings = next;
    const { pooling, size, kernelSize, stride, padding } = settings;
    state.write({
      pooling,
      size: text(size),
      window: text(kernelSize),
      stride: text(stride),
      padding: text(padding),
    });
    loop.update();
  }

  return () => loop.dispose();
};

/** What the address says, where it is within the limits. */
function read(): Settings {
  const { pooling, size, window, stride, padding } = state.read();
  return {
    pooling: pooling === 'average' ? 'average' : 'max',
    size: pair(size, limits.size, start.size),
    kernelSize: pair(window, limits.kernelSize, start.kernelSize),
    stride: pair(stride, limits.stride, start.stride),
    padding: pair(padding, limits.padding, start.padding),
  };
}

function pair(value: string, [least, most]: Pair, fallback: Pair): Pair {
  const [rows, columns] = value.split('.').map(Number);
  const fits = [rows, columns].every((number) => Number.isInteger(number) && number >= least && number <= most);
  return fits ? [rows, columns] : fallback;
}
