import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import type { Operation, OutputCell } from './model.js';
import './style.css';
import { channelsView } from './view.js';

export const mount: MountFigure = (root, { locale }) => {
  let operation: Operation = 'pooling';
  let channels = 2;
  let cell: OutputCell = { channel: 0, row: 0, column: 0 };

  const loop = renderLoop(root, () =>
    channelsView({
      locale,
      operation,
      channels,
      cell,
      setOperation(next) {
        operation = next;
        keepInside();
      },
      setChannels(next) {
        channels = next;
        keepInside();
      },
      pick(next) {
        cell = next;
        // At once: the next key moves on from here.
        loop.now();
      },
    }),
  );

  /** The cell that is looked at may have gone with its channel. */
  function keepInside(): void {
    const most = operation === 'pooling' ? channels - 1 : 0;
    cell = { ...cell, channel: Math.min(cell.channel, most) };
    loop.update();
  }

  return () => loop.dispose();
};
