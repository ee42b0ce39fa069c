import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import { messages } from './messages.js';
import { Playground } from './playground.js';
import type { Draft } from './stage.js';
import { view } from './view.js';
import './style.css';

/** A window that slides over numbers which can be edited: the first figure of the chapter. */
export const mount: MountFigure = (root, { locale }) => {
  let draft: Draft | null = null;
  const playground = new Playground(() => loop.update());
  const loop = renderLoop(root, () =>
    view({
      playground,
      texts: messages[locale],
      draft,
      setDraft(next) {
        draft = next;
        loop.update();
      },
      focus(side, row, column) {
        loop.now();
        root.querySelector<HTMLElement>(`.${side} [data-row="${row}"][data-column="${column}"]`)?.focus();
      },
    }),
  );
  return () => {
    playground.dispose();
    loop.dispose();
  };
};
