import type { DefaultTheme } from 'vitepress';
import type { Locale } from '../src/figure.js';

/** The sidebar of the guide, the reference and the benchmarks. Links carry the language's prefix. */
export const referenceSidebar: Readonly<Record<Locale, readonly DefaultTheme.SidebarItem[]>> = { en: [], zh: [] };
