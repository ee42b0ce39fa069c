import type { Messages } from '../../figure.js';
import type { Method, SignalName } from './model.js';

interface Texts {
  readonly signal: string;
  readonly signals: Readonly<Record<SignalName | 'own', string>>;
  readonly shift: string;
  readonly shiftValue: (steps: number) => string;
  readonly input: string;
  readonly edit: string;
  readonly element: (position: number) => string;
  readonly methods: Readonly<Record<Method, string>>;
  readonly calls: Readonly<Record<Method, string>>;
  readonly output: string;
  readonly outputLabel: (rest: string, now: string) => string;
  readonly change: string;
  readonly changeLabel: (percents: string) => string;
  readonly legend: Readonly<Record<'rest' | 'now' | 'even' | 'odd', string>>;
  readonly consistency: string;
  readonly consistencyNote: (pairs: number, maxShift: number) => string;
  readonly maxShift: string;
  readonly pixels: (count: number) => string;
  readonly otherWeights: string;
}

const calls = {
  max: 'maxPool1d(x, 2)',
  average: 'avgPool1d(x, 2)',
  blur: 'maxPool1d → blurPool1d',
  polyphase: 'maxPool1d → adaptivePolyphaseSample1d',
} as const;

export const messages = {
  en: {
    signal: 'Signal',
    signals: { pairs: 'pairs', spike: 'spike', hill: 'hill', noise: 'noise', own: 'your own' },
    shift: 'Move the signal',
    shiftValue: (steps) => `+${steps}`,
    input: 'Input, around a ring',
    edit: 'Drag the bars to draw a signal of your own.',
    element: (position) => `Element ${position}`,
    methods: {
      max: 'Max pooling',
      average: 'Average pooling',
      blur: 'Blur pooling',
      polyphase: 'Polyphase sampling',
    },
    calls,
    output: 'Half as many numbers',
    outputLabel: (rest, now) => `At rest ${rest}; now, turned back, ${now}`,
    change: 'Change, for each shift',
    changeLabel: (percents) => `Change for shifts from 0 on: ${percents}`,
    legend: {
      rest: 'at rest',
      now: 'now, turned back as far as it goes',
      even: 'even elements at rest',
      odd: 'odd elements at rest',
    },
    consistency: 'The same decision?',
    consistencyNote: (pairs, maxShift) =>
      `A network with random weights halves its picture three times. It sees ${pairs} pairs: one picture under two random shifts of up to ${maxShift} pixels. How often does it decide the same?`,
    maxShift: 'Largest shift',
    pixels: (count) => `${count} px`,
    otherWeights: 'Other weights',
  },
  zh: {
    signal: '信号',
    signals: { pairs: '成对', spike: '尖峰', hill: '小丘', noise: '噪声', own: '自定义' },
    shift: '移动信号',
    shiftValue: (steps) => `+${steps}`,
    input: '输入（首尾相接）',
    edit: '拖动竖条，画出你自己的信号。',
    element: (position) => `第 ${position} 个元素`,
    methods: {
      max: '最大池化',
      average: '平均池化',
      blur: '模糊池化',
      polyphase: '多相采样',
    },
    calls,
    output: '减半之后',
    outputLabel: (rest, now) => `静止时 ${rest}；现在（转回后）${now}`,
    change: '每个平移下的变化',
    changeLabel: (percents) => `平移从 0 起的变化：${percents}`,
    legend: { rest: '静止时', now: '现在，尽量转回原位', even: '静止时的偶数位', odd: '静止时的奇数位' },
    consistency: '判断相同吗？',
    consistencyNote: (pairs, maxShift) =>
      `一个随机权重的网络把图像减半三次。给它看 ${pairs} 对图像：同一幅图像经过两次随机平移，最多 ${maxShift} 个像素。它有多少次做出相同的判断？`,
    maxShift: '最大平移',
    pixels: (count) => `${count} 像素`,
    otherWeights: '换一组权重',
  },
} satisfies Messages<Texts>;
