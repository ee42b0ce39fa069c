/** The languages of the site. A figure gets the one of its page. */
export type Locale = 'en' | 'zh';

/** What a figure is told about the page that it stands in. */
export interface FigureContext {
  readonly locale: Locale;
  /** The `option-…` attributes of its element in the page, without that prefix. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Fills an empty element with a figure. Figures know nothing of the site's framework: what they need comes in here.
 *
 * @param root belongs to the figure until it is disposed
 * @returns ends it: stops timers and workers, removes listeners and frees tensors
 */
export type MountFigure = (root: HTMLElement, context: FigureContext) => () => void;

/** A module of a figure, as the registry loads it. */
export interface FigureModule {
  readonly mount: MountFigure;
}

/**
 * A figure's texts in every language of the site. `satisfies Messages<…>` does not compile while one is missing.
 *
 * @example
 * ```ts no-run
 * import type { Messages } from './figure.js';
 *
 * export const messages = {
 *   en: { play: 'Play' },
 *   zh: { play: '播放' },
 * } satisfies Messages<{ readonly play: string }>;
 * ```
 */
export type Messages<T> = Readonly<Record<Locale, T>>;
