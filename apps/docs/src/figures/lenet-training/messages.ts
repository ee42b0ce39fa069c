import type { Messages } from '../../figure.js';
import type { Variant } from '../lenet/variants.js';
import type { DeviceName } from './settings.js';

/** The texts of the figure. */
export interface TrainingMessages {
  readonly network: string;
  readonly variant: Readonly<Record<Variant, string>>;
  readonly device: string;
  readonly devices: Readonly<Record<DeviceName, string>>;
  readonly noGpu: string;
  readonly learningRate: string;
  readonly seed: string;
  readonly train: string;
  readonly again: string;
  readonly pause: string;
  readonly resume: string;
  readonly stop: string;
  readonly reset: string;
  readonly loss: string;
  readonly accuracy: string;
  readonly lossAbout: string;
  readonly accuracyAbout: string;
  readonly steps: string;
  readonly goal: (percent: string) => string;
  readonly idle: (train: string, test: string) => string;
  readonly starting: string;
  readonly drawing: (percent: string) => string;
  readonly step: (step: string, steps: string) => string;
  readonly paused: string;
  readonly stopped: string;
  readonly done: (seconds: string) => string;
  readonly tested: (percent: string) => string;
  readonly reached: (goal: string, seconds: string, steps: string) => string;
  readonly speed: (perSecond: string) => string;
  readonly where: (device: string, threads: number) => string;
  readonly use: string;
  readonly used: string;
  readonly download: string;
  readonly chart: (name: string, facts: string) => string;
  readonly nothing: string;
}

/** In every language of the site. */
export const messages = {
  en: {
    network: 'Network',
    variant: { modern: 'ReLU + max', d2l: 'Sigmoid + average' },
    device: 'Computes on',
    devices: { cpu: 'CPU', webgpu: 'WebGPU' },
    noGpu: 'This browser has no WebGPU.',
    learningRate: 'Learning rate',
    seed: 'Seed',
    train: 'Train',
    again: 'Train again',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
    reset: 'Reset',
    loss: 'Loss',
    accuracy: 'Accuracy',
    lossAbout: 'of each batch, smoothed',
    accuracyAbout: 'of test digits',
    steps: 'batches',
    goal: (percent) => percent,
    idle: (train, test) => `${train} digits to learn from, ${test} others to be tested on; all are drawn in this page.`,
    starting: 'Starting …',
    drawing: (percent) => `Drawing digits: ${percent}`,
    step: (step, steps) => `Batch ${step} of ${steps}`,
    paused: 'paused',
    stopped: 'stopped',
    done: (seconds) => `done in ${seconds} s`,
    tested: (percent) => `${percent} of the test digits right`,
    reached: (goal, seconds, steps) => `${goal} after ${seconds} s and ${steps} batches`,
    speed: (perSecond) => `${perSecond} digits a second`,
    where: (device, threads) => (threads > 1 ? `${device}, ${threads} threads` : device),
    use: 'Draw with these weights',
    used: 'The figure above has them now.',
    download: 'Download them',
    chart: (name, facts) => `${name}. ${facts}`,
    nothing: 'Nothing was trained yet.',
  },
  zh: {
    network: '网络',
    variant: { modern: 'ReLU + 最大池化', d2l: 'sigmoid + 平均池化' },
    device: '计算设备',
    devices: { cpu: 'CPU', webgpu: 'WebGPU' },
    noGpu: '此浏览器没有 WebGPU。',
    learningRate: '学习率',
    seed: '随机种子',
    train: '训练',
    again: '重新训练',
    pause: '暂停',
    resume: '继续',
    stop: '停止',
    reset: '重置',
    loss: '损失',
    accuracy: '精度',
    lossAbout: '每个批量的损失，已平滑',
    accuracyAbout: '测试数字',
    steps: '批量',
    goal: (percent) => percent,
    idle: (train, test) => `用 ${train} 个数字学习，用另外 ${test} 个测试；它们都在本页中生成。`,
    starting: '正在启动……',
    drawing: (percent) => `正在生成数字：${percent}`,
    step: (step, steps) => `第 ${step} 个批量，共 ${steps} 个`,
    paused: '已暂停',
    stopped: '已停止',
    done: (seconds) => `完成，用时 ${seconds} 秒`,
    tested: (percent) => `测试数字读对 ${percent}`,
    reached: (goal, seconds, steps) => `${seconds} 秒、${steps} 个批量后达到 ${goal}`,
    speed: (perSecond) => `每秒 ${perSecond} 个数字`,
    where: (device, threads) => (threads > 1 ? `${device}，${threads} 个线程` : device),
    use: '用这些权重写字',
    used: '上面的图已经换上了它们。',
    download: '下载权重',
    chart: (name, facts) => `${name}。${facts}`,
    nothing: '尚未训练。',
  },
} satisfies Messages<TrainingMessages>;
