import type { Messages } from '../../figure.js';
import type { Operation } from './model.js';

interface Texts {
  readonly operation: string;
  readonly operations: Readonly<Record<Operation, string>>;
  readonly channels: string;
  readonly input: (channel: number) => string;
  readonly output: (channel: number) => string;
  readonly pick: (channel: number) => string;
  readonly shapes: string;
  readonly weights: string;
}

export const messages = {
  en: {
    operation: 'What slides',
    operations: { pooling: 'max pooling', convolution: 'convolution, all weights 1' },
    channels: 'Channels',
    input: (channel) => `Input, channel ${channel}`,
    output: (channel) => `Output ${channel}`,
    pick: (channel) => `Output, channel ${channel}; the arrow keys choose an element`,
    shapes: 'Shapes',
    weights: 'Weights to learn',
  },
  zh: {
    operation: '滑动的是',
    operations: { pooling: '最大池化', convolution: '卷积，权重全为 1' },
    channels: '通道数',
    input: (channel) => `输入，通道 ${channel}`,
    output: (channel) => `输出 ${channel}`,
    pick: (channel) => `输出，通道 ${channel}，用方向键选择一个元素`,
    shapes: '形状',
    weights: '要学习的权重',
  },
} satisfies Messages<Texts>;
