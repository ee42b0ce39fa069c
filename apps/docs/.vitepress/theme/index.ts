import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './tokens.css';
import './page.css';
import './home.css';
import './reference.css';
import './figure.css';
import '../../src/ui/ui.css';
import { englishOf } from '../english-of.js';
import { CenoteFigure } from './cenote-figure.js';
import { ChapterMap } from './chapter-map.js';
import { MeasuredTable, PageWeight } from './measured-table.js';

export default {
  extends: DefaultTheme,
  enhanceApp({ app, router, siteData }) {
    router.onBeforeRouteChange = (to) => {
      const { base } = siteData.value;
      const english = englishOf(to.startsWith(base) ? to.slice(base.length - 1) : to);
      if (english === undefined) return true;
      void router.go(base + english.slice(1));
      return false;
    };
    app.component('CenoteFigure', CenoteFigure);
    app.component('ChapterMap', ChapterMap);
    app.component('MeasuredTable', MeasuredTable);
    app.component('PageWeight', PageWeight);
  },
} satisfies Theme;
