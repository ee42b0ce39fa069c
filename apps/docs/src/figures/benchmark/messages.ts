import type { Messages } from '../../figure.js';
import type { Contender } from './protocol.js';

export interface BenchmarkMessages {
  readonly start: string;
  readonly again: string;
  readonly cancel: string;
  readonly unit: string;
  readonly time: string;
  readonly timesCopy: string;
  readonly caption: string;
  readonly operation: string;
  readonly contenders: Readonly<Record<Contender, string>>;
  readonly threads: (count: number) => string;
  readonly idle: string;
  readonly progress: (done: number, all: number) => string;
  readonly done: (threads: number, webgpu: boolean) => string;
  readonly oneThread: string;
  readonly cancelled: string;
  readonly wrong: string;
  readonly pending: string;
}

export const messages = {
  en: {
    start: 'Measure in this browser',
    again: 'Measure again',
    cancel: 'Cancel',
    unit: 'Show',
    time: 'time',
    timesCopy: '× copy',
    caption: 'Medians of seven rounds. Bars are in proportion within a row; shorter is faster.',
    operation: 'operation',
    contenders: {
      copy: 'copy of the same bytes',
      plain: 'plain loops',
      cenote: 'Cenote, one thread',
      threads: 'Cenote, threads',
      webgpu: 'Cenote, WebGPU',
    },
    threads: (count) => `Cenote, ${count} threads`,
    idle: 'Takes about ten seconds, in a worker. Nothing leaves your machine.',
    progress: (done, all) => `Measured ${done} of ${all}`,
    done: (threads, webgpu) =>
      `Done. ${threads > 1 ? `${threads} threads` : 'One thread'}; ${webgpu ? 'with WebGPU' : 'no WebGPU adapter here'}. Every answer was compared with the plain loops’ before it was timed.`,
    oneThread: 'This page is not cross-origin isolated, so that threads cannot share memory.',
    cancelled: 'Cancelled.',
    wrong: 'another answer',
    pending: '…',
  },
  zh: {
    start: '在此浏览器中测量',
    again: '重新测量',
    cancel: '取消',
    unit: '显示',
    time: '时间',
    timesCopy: '复制的倍数',
    caption: '七轮测量的中位数。条形只在同一行内可比，越短越快。',
    operation: '运算',
    contenders: {
      copy: '复制同样多的字节',
      plain: '普通循环',
      cenote: 'Cenote，单线程',
      threads: 'Cenote，多线程',
      webgpu: 'Cenote，WebGPU',
    },
    threads: (count) => `Cenote，${count} 个线程`,
    idle: '约需十秒，在 worker 中进行。数据不会离开您的机器。',
    progress: (done, all) => `已测量 ${done} / ${all}`,
    done: (threads, webgpu) =>
      `完成。${threads > 1 ? `${threads} 个线程` : '单线程'}；${webgpu ? '有 WebGPU' : '此处没有 WebGPU 适配器'}。每个结果在计时前都与普通循环的结果核对过。`,
    oneThread: '本页未处于跨源隔离状态，线程无法共享内存。',
    cancelled: '已取消。',
    wrong: '结果不一致',
    pending: '…',
  },
} satisfies Messages<BenchmarkMessages>;
