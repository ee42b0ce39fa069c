import { describe, expect, test } from 'vitest';
import { useSite } from './site.js';

const site = useSite();
const pages = {
  translation: ['shift', 'blur-pool'],
  'padding-and-stride': ['padding-and-stride'],
  channels: ['channels'],
  'receptive-field': ['receptive-field'],
};

for (const [page, figures] of Object.entries(pages)) {
  describe(`the figures of ${page}`, () => {
    test('keep nobody out', async (context) => {
      const { figure, violations, problems } = await site.open(context, `/chapter/${page}.html`);
      for (const name of figures) await figure(name);
      expect(await violations('.vp-doc')).toEqual([]);
      expect(problems).toEqual([]);
    });

    test('fit a narrow screen, in Chinese and in the dark', async (context) => {
      const options = { width: 390, height: 844, theme: 'dark' } as const;
      const opened = await site.open(context, `/zh/chapter/${page}.html`, options);
      const growth: number[] = [];
      for (const name of figures) {
        await opened.figure(name);
        growth.push(await opened.page.locator(`[data-figure="${name}"]`).evaluate(beyondReserved));
      }
      // What is reserved for a figure is what it takes: the text below does not jump.
      expect(Math.max(...growth)).toBeLessThan(60);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(await opened.violations('.vp-doc')).toEqual([]);
      expect(opened.problems).toEqual([]);
    });
  });
}

/** By how many pixels a figure on a narrow screen is higher than what its page reserves for it. */
function beyondReserved(figure: HTMLElement | SVGElement): number {
  const reserved = Number.parseFloat(figure.style.getPropertyValue('--figure-height-narrow'));
  return figure.getBoundingClientRect().height - reserved;
}
