import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type HeadConfig } from 'vitepress';
import type { Locale } from '../src/figure.js';
import { generateReference } from '../src/reference/generate.js';
import { chapter, chapterLink } from './chapter.js';
import { repositoryLinks } from './repository-links.js';
import { referenceSidebars } from './sidebar-reference.js';
import { writeRedirects } from './untranslated.js';

/** Where the site lies on its host: `/`, or `/cenote/` for a folder of one. */
const base = process.env.CENOTE_DOCS_BASE ?? '/';

/** With these, pages may share memory between threads: https://web.dev/articles/coop-coep */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

function sidebar(locale: Locale): DefaultTheme.SidebarMulti {
  const prefix = locale === 'en' ? '' : '/zh';
  const items = chapter.map((page) => ({ text: page.title[locale], link: chapterLink(page, locale) }));
  return {
    [`${prefix}/chapter/`]: [{ text: locale === 'en' ? 'Chapter' : '章节', items }],
    ...referenceSidebars[locale],
  };
}

const searchTexts = {
  zh: {
    translations: {
      button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
      modal: {
        displayDetails: '显示详情',
        resetButtonTitle: '清除',
        backButtonTitle: '关闭',
        noResultsText: '没有结果：',
        footer: { selectText: '选择', navigateText: '移动', closeText: '关闭' },
      },
    },
  },
};

const head: HeadConfig[] = [
  ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}cenote.svg` }],
  ['meta', { name: 'theme-color', content: '#0b7285' }],
];

// VitePress looks for pages once this file is read.
await generateReference(fileURLToPath(new URL('../../../', import.meta.url)));

export default defineConfig({
  base,
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: '.cache/vitepress',
  buildEnd: writeRedirects,
  title: 'Cenote',
  description: 'Pooling, and the small convolutional networks around it, for TypeScript.',
  head,
  appearance: true,
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: repositoryLinks,
  },
  themeConfig: {
    logo: '/cenote.svg',
    search: { provider: 'local', options: { locales: searchTexts } },
    outline: { level: [2, 3] },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Chapter', link: '/chapter/', activeMatch: '^/chapter/' },
          { text: 'Guide', link: '/guide/', activeMatch: '^/guide/' },
          { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
          { text: 'Benchmarks', link: '/benchmarks' },
        ],
        sidebar: sidebar('en'),
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '面向 TypeScript 的池化，以及围绕它的小型卷积网络。',
      themeConfig: {
        nav: [
          { text: '章节', link: '/zh/chapter/', activeMatch: '^/zh/chapter/' },
          { text: '指南', link: '/zh/guide/', activeMatch: '^/zh/guide/' },
          { text: '参考', link: '/zh/reference/', activeMatch: '^/zh/reference/' },
          { text: '基准测试', link: '/zh/benchmarks' },
        ],
        sidebar: sidebar('zh'),
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色模式',
        darkModeSwitchTitle: '切换到深色模式',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '切换语言',
        skipToContentLabel: '跳到正文',
        notFound: {
          title: '找不到页面',
          quote: '这个地址没有内容。',
          linkLabel: '回到首页',
          linkText: '回到首页',
        },
      },
    },
  },
  vite: {
    // The site takes the packages as a visitor gets them, built.
    server: { headers: isolation },
    preview: { headers: isolation },
    worker: { format: 'es' },
    // As the packages are. For older browsers the bundler would put private fields into maps, which makes them ten times slower.
    build: { target: 'es2022', chunkSizeWarningLimit: 1000 },
  },
});
