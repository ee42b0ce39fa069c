import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import { urlState } from '../../url-state.js';
import { maxShift, phasesOf, pictures, poolings, type ShiftSettings, stagesOf, strides, windows } from './model.js';
import './style.css';
import { shiftView } from './view.js';

const state = urlState('shift-', {
  by: '0',
  picture: 'edge',
  pooling: 'max',
  window: '2',
  stride: '2',
  unsigned: 'no',
});

export const mount: MountFigure = (root, { locale }) => {
  let { shift, settings } = read();
  let derived = derive(settings);

  const loop = renderLoop(root, () =>
    shiftView({ locale, settings, shift, ...derived, now: stagesOf(settings, shift), set, move }),
  );

  function set(changed: Partial<ShiftSettings>): void {
    settings = { ...settings, ...changed };
    derived = derive(settings);
    keep();
  }

  function move(next: number): void {
    shift = next;
    keep();
  }

  function keep(): void {
    const { picture, pooling, window, stride, unsigned } = settings;
    state.write({
      by: `${shift}`,
      picture,
      pooling,
      window: `${window}`,
      stride: `${stride}`,
      unsigned: unsigned ? 'yes' : 'no',
    });
    loop.update();
  }

  return () => loop.dispose();
};

/** What does not depend on the shift. */
function derive(settings: ShiftSettings) {
  return { rest: stagesOf(settings, 0), phases: phasesOf(settings) };
}

/** What the address says, where it makes sense. */
function read(): { shift: number; settings: ShiftSettings } {
  const { by, picture, pooling, window, stride, unsigned } = state.read();
  const shift = Number(by);
  return {
    shift: Number.isInteger(shift) && Math.abs(shift) <= maxShift ? shift : 0,
    settings: {
      picture: pictures.find((name) => name === picture) ?? 'edge',
      pooling: poolings.find((name) => name === pooling) ?? 'max',
      window: windows.find((size) => `${size}` === window) ?? 2,
      stride: strides.find((size) => `${size}` === stride) ?? 2,
      unsigned: unsigned === 'yes',
    },
  };
}
