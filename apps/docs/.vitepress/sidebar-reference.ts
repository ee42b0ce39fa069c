import type { DefaultTheme } from 'vitepress';
import type { Locale } from '../src/figure.js';
import { referencePackages } from '../src/reference/api-pages.js';
import { packageAddress } from '../src/reference/entries.js';
import { referenceTopics } from '../src/reference/topics.js';

interface Page {
  readonly link: string;
  readonly en: string;
  readonly zh: string;
  /** Whether there is a Chinese version; otherwise Chinese readers are led to the English one. */
  readonly translated?: boolean;
}

const guide: readonly Page[] = [
  { link: '/guide/', en: 'Overview', zh: '概览', translated: true },
  { link: '/guide/node', en: 'Node', zh: 'Node', translated: true },
  { link: '/guide/vite', en: 'Vite', zh: 'Vite', translated: true },
  { link: '/guide/web-worker', en: 'Web worker', zh: 'Web Worker', translated: true },
  { link: '/guide/script-tag', en: 'Script tag', zh: 'script 标签', translated: true },
  { link: '/guide/isolation', en: 'Threads and isolation headers', zh: '线程与隔离响应头', translated: true },
  { link: '/guide/deno', en: 'Deno', zh: 'Deno', translated: true },
];

const coming: readonly Page[] = [
  { link: '/guide/from-pytorch', en: 'From PyTorch', zh: '来自 PyTorch', translated: true },
  { link: '/guide/from-tensorflow-js', en: 'From TensorFlow.js', zh: '来自 TensorFlow.js', translated: true },
  { link: '/guide/from-onnx', en: 'From ONNX', zh: '来自 ONNX', translated: true },
  { link: '/guide/bigger-than-one-machine', en: 'Bigger than one machine', zh: '超出一台机器（英文）' },
];

const extending: readonly Page[] = [
  { link: '/guide/write-a-backend', en: 'Write a backend', zh: '编写后端', translated: true },
  { link: '/guide/add-an-op', en: 'Add an operation', zh: '添加算子（英文）' },
  { link: '/guide/contributing', en: 'Contributing', zh: '参与贡献（英文）' },
];

const measured: readonly Page[] = [{ link: '/benchmarks', en: 'Benchmarks', zh: '基准测试', translated: true }];

const reference: readonly Page[] = [
  { link: '/reference/', en: 'Overview', zh: '概览', translated: true },
  { link: '/reference/pooling-semantics', en: 'What pooling means, elsewhere', zh: '各框架中池化的含义（英文）' },
  { link: '/reference/beyond-pooling', en: 'Beyond plain pooling', zh: '更多的池化（英文）' },
  { link: '/reference/shape-types', en: 'Shapes in the types', zh: '类型中的形状（英文）' },
  { link: '/reference/architecture', en: 'Architecture', zh: '架构（英文）' },
  { link: '/reference/cpu-kernels', en: 'CPU kernels', zh: 'CPU 内核（英文）' },
  { link: '/reference/gpu-kernels', en: 'GPU kernels', zh: 'GPU 内核（英文）' },
  { link: '/reference/decisions/', en: 'Decisions', zh: '决策记录（英文）' },
];

function pages(list: readonly Page[], locale: Locale): DefaultTheme.SidebarItem[] {
  return list.map((page) => ({
    text: page[locale],
    link: locale === 'zh' && page.translated === true ? `/zh${page.link}` : page.link,
  }));
}

/** The generated pages, pooling first; the front door is open, other packages open on a click. */
function api(): DefaultTheme.SidebarItem[] {
  return referencePackages.map((name) => {
    const items = referenceTopics
      .filter((topic) => topic.package === name && name !== '@cenote/autograd')
      .map((topic) => ({ text: topic.title, link: `/reference/api/${topic.path}` }));
    const group: DefaultTheme.SidebarItem = { text: name, link: packageAddress(name) };
    return items.length === 0 ? group : { ...group, collapsed: name !== 'cenote', items };
  });
}

function sidebars(locale: Locale): DefaultTheme.SidebarMulti {
  const text = (en: string, zh: string) => (locale === 'en' ? en : zh);
  const prefix = locale === 'en' ? '' : '/zh';
  return {
    [`${prefix}/guide/`]: [
      { text: text('Guide', '指南'), items: pages(guide, locale) },
      { text: text('Coming from …', '从其他库转来'), items: pages(coming, locale) },
      { text: text('Extending', '扩展'), items: pages(extending, locale) },
      { text: text('Measured', '实测'), items: pages(measured, locale) },
    ],
    [`${prefix}/reference/`]: [
      { text: text('Reference', '参考'), items: pages(reference, locale) },
      { text: text('API', 'API（英文）'), link: '/reference/api/', items: api() },
    ],
  };
}

/** The sidebars of the guide and the reference, by the beginnings of their addresses. */
export const referenceSidebars: Readonly<Record<Locale, DefaultTheme.SidebarMulti>> = {
  en: sidebars('en'),
  zh: sidebars('zh'),
};
