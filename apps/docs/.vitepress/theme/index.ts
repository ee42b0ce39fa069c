import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './tokens.css';
import './page.css';
import './reference.css';
import './figure.css';
import '../../src/ui/ui.css';
import { CenoteFigure } from './cenote-figure.js';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('CenoteFigure', CenoteFigure);
  },
} satisfies Theme;
