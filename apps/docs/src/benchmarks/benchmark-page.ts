import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '../figure.js';
import { digits, timeText } from '../figures/benchmark/measure.js';
import { readJson } from '../reference/read-json.js';
import { fastestTimes, peerTitles, type Snapshot, type SnapshotRow, section } from './snapshot.js';
import { windowPlot } from './window-plot.js';

interface Texts {
  readonly run: (snapshot: Snapshot) => string;
  readonly losses: string;
  readonly lossesText: string;
  readonly suites: readonly (readonly [suite: string, title: string, text: string])[];
  readonly windows: string;
  readonly windowsText: string;
  readonly windowAxis: string;
  readonly plots: Readonly<Record<'max' | 'avg', string>>;
  readonly threads: (count: number) => string;
  readonly startup: string;
  readonly size: string;
  readonly memory: string;
  readonly memoryText: string;
  readonly without: string;
  readonly withoutText: string;
  /** Heads of the tables that the benchmarks themselves write. */
  readonly heads: Readonly<Record<string, string>>;
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    run: ({ created, machine }) =>
      `A full run of ${created.slice(0, 10)} on ${machine.processor}, ${machine.processors} processors, ${machine.system}, Node ${machine.node}. Of each library the fastest layout; bars are in proportion within a row.`,
    losses: 'Where we lose',
    lossesText: 'Every row in which a peer with the same threads is ahead of one of our layouts, the worst first.',
    suites: [
      ['pool', 'Pooling', 'Forward, and gradients.'],
      ['lenet', 'LeNet', 'A batch of 256 through the network, and a whole step of training.'],
      ['gemm', 'Matrix products', 'Where native libraries are far ahead of WebAssembly.'],
    ],
    windows: 'Cost against window size',
    windowsText:
      'Pooling of `[1, 16, 512, 512]` with windows from 3×3 to 63×63, stride 1, one thread. Ours go row by row and column by column, with work that does not grow with the window.',
    windowAxis: 'window (rows and columns)',
    plots: { max: 'Time of max pooling against window size', avg: 'Time of average pooling against window size' },
    threads: (count) => (count === 1 ? 'one thread' : `${count} threads`),
    startup: 'From import to the first result',
    size: 'What a browser has to load',
    memory: 'Memory still held after many calls',
    memoryText: 'A library that leaks shows it here.',
    without: 'Without a time',
    withoutText: 'What gave no answer, a wrong one, or would have taken too long.',
    heads: {},
  },
  zh: {
    run: ({ created, machine }) =>
      `${created.slice(0, 10)} 的一次完整测量：${machine.processor}，${machine.processors} 个处理器，${machine.system}，Node ${machine.node}。每个库取其最快的布局；条形只在同一行内可比。`,
    losses: '我们落后的地方',
    lossesText: '在线程数相同时，有库快于我们某一种布局的每一行，差距最大的在前。',
    suites: [
      ['pool', '池化', '前向与梯度。'],
      ['lenet', 'LeNet', '256 个样本的一个批量通过网络，以及完整的一步训练。'],
      ['gemm', '矩阵乘法', '本机代码的库远远领先于 WebAssembly。'],
    ],
    windows: '开销与窗口大小',
    windowsText:
      '对 `[1, 16, 512, 512]` 做步幅为 1 的池化，窗口从 3×3 到 63×63，单线程。我们先逐行、再逐列计算，工作量不随窗口增长。',
    windowAxis: '窗口（行数与列数）',
    plots: { max: '最大池化的时间与窗口大小', avg: '平均池化的时间与窗口大小' },
    threads: (count) => (count === 1 ? '单线程' : `${count} 个线程`),
    startup: '从导入到第一个结果',
    size: '浏览器需要加载多少',
    memory: '多次调用之后仍占用的内存',
    memoryText: '泄漏内存的库会在这里显现。',
    without: '没有时间的行',
    withoutText: '没有给出结果、结果错误，或者耗时过长。',
    heads: {
      ours: '我们的布局',
      threads: '线程',
      ahead: '领先者',
      'ours takes times as long': '我们的时间是其几倍',
      'first result': '第一个结果',
      'whole process': '整个进程',
      minified: '压缩前',
      gzipped: 'gzip 后',
      calls: '调用次数',
      heap: '堆',
      process: '进程',
    },
  },
};

/**
 * The committed results as Markdown: bars and plots from `snapshot.json`, and the tables of judgement (where we lose, what is
 * wrong) as the benchmarks themselves wrote them.
 *
 * @param root the folder of the repository
 */
export function benchmarkResults(root: string, locale: Locale): string {
  const results = join(root, 'apps', 'bench', 'results');
  const snapshot = readJson<Snapshot>(join(results, 'snapshot.json'));
  const written = readFileSync(join(results, 'README.md'), 'utf8');
  const text = texts[locale];
  const quoted = (heading: string) => translatedHeads(section(written, heading), text.heads);
  const part = (id: string, title: string, ...content: string[]) =>
    `## ${title} {#${id}}\n\n${content.filter(Boolean).join('\n\n')}`;
  const windows = snapshot.rows.filter(({ suite }) => suite === 'window');
  const plot = (fn: 'max' | 'avg') =>
    `<figure class="bench-figure"><figcaption>${text.plots[fn]}</figcaption>${windowPlot(
      windows.filter(({ title }) => title.startsWith(fn)),
      text.plots[fn],
      text.windowAxis,
    )}</figure>`;
  return [
    text.run(snapshot),
    part('losses', text.losses, text.lossesText, quoted('Where we lose')),
    ...text.suites.map(([suite, title, about]) => part(suite, title, about, suiteBars(snapshot, suite, text))),
    part('window', text.windows, text.windowsText, plot('max'), plot('avg')),
    part('startup', text.startup, quoted('From import to the first pooled result')),
    part('size', text.size, quoted('What a browser has to load')),
    part('memory', text.memory, text.memoryText, quoted('Memory still held after many calls')),
    part('without', text.without, text.withoutText, quoted('Without a time')),
  ].join('\n\n');
}

function translatedHeads(markdown: string, heads: Readonly<Record<string, string>>): string {
  const [head, ...rest] = markdown.split('\n');
  if (!head.startsWith('|')) return markdown;
  const cells = head.split('|').map((cell) => heads[cell.trim()] ?? cell.trim());
  return [cells.join(' | ').trim(), ...rest].join('\n');
}

function suiteBars({ rows }: Snapshot, suite: string, text: Texts): string {
  const own = rows.filter((row) => row.suite === suite);
  const bars = (threads: number) =>
    `<div class="bench-suite">${own.map((row) => rowBars(row, threads, text)).join('')}</div>`;
  return `${bars(1)}\n\n::: details ${text.threads(2)}\n\n${bars(2)}\n\n:::`;
}

/** One row as a table with bars, the fastest first. */
function rowBars(row: SnapshotRow, threads: number, text: Texts): string {
  const times = fastestTimes(row, threads);
  const ours = times.find(({ peer }) => peer === 'cenote');
  // What is very much slower would leave nothing to see of the others.
  const longest = Math.min(Math.max(...times.map(({ median }) => median)), 8 * (ours?.median ?? 1));
  const lines = times.map(({ peer, median }) => {
    const width = Math.min(100, Math.max(0.5, (100 * median) / longest)).toFixed(1);
    const beyond = median > longest ? ' beyond' : '';
    const ratio = ours === undefined || peer === 'cenote' ? '' : `${digits(median / ours.median)} ×`;
    return `<tr class="${peer}"><th scope="row">${peerTitles[peer] ?? peer}</th><td class="bar${beyond}" aria-hidden="true"><span style="width: ${width}%"></span></td><td class="value">${timeText(median)}</td><td class="value ratio">${ratio}</td></tr>`;
  });
  return `<table class="bench-bars"><caption>${row.title}, ${text.threads(threads)}</caption><tbody>${lines.join('')}</tbody></table>`;
}
