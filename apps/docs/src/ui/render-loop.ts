import { render, type TemplateResult } from 'lit-html';

/** Draws a template whenever it is asked to, at most once a frame. */
export interface RenderLoop {
  /** Draws in the next frame. */
  update(): void;
  /** Draws at once, for what has to be there before the next line: to move the focus, say. */
  now(): void;
  dispose(): void;
}

/**
 * @param root the element that the template fills; its first drawing is done when this returns
 * @param template the figure as it is now
 */
export function renderLoop(root: HTMLElement, template: () => TemplateResult): RenderLoop {
  let frame = 0;
  const now = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    render(template(), root);
  };
  now();
  return {
    update() {
      if (frame === 0) frame = requestAnimationFrame(now);
    },
    now,
    dispose() {
      cancelAnimationFrame(frame);
      frame = -1;
    },
  };
}
