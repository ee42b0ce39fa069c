import type { Messages } from '../../figure.js';
import type { PresetName } from './presets.js';
import type { PoolKind } from './settings.js';

export interface PlaygroundMessages {
  readonly startFrom: string;
  readonly presets: Readonly<Record<PresetName, string>>;
  readonly pooling: string;
  readonly kinds: Readonly<Record<PoolKind, string>>;
  readonly window: string;
  readonly stride: string;
  readonly padding: string;
  readonly dilation: string;
  /** After the name of a setting that differs between the axes. */
  readonly rows: string;
  readonly columns: string;
  readonly separately: string;
  readonly ceilMode: string;
  readonly countIncludePad: string;
  readonly p: string;
  readonly pointer: string;
  readonly slides: string;
  readonly draws: string;
  readonly brush: string;
  readonly size: string;
  readonly channels: string;
  readonly channel: string;
  readonly input: string;
  readonly output: string;
  readonly cell: (row: number, column: number) => string;
  readonly outputCell: (row: number, column: number, value: string) => string;
  readonly hint: string;
  readonly play: string;
  readonly pause: string;
  readonly back: string;
  readonly step: string;
  readonly reset: string;
  readonly position: (present: number, all: number) => string;
  readonly from: (row: number, column: number, index: number) => string;
  readonly divisor: (product: string) => string;
  readonly divisorCounting: (product: string) => string;
  readonly divisorReal: (product: string) => string;
  readonly paddingIgnored: string;
  readonly beyondIgnored: string;
  readonly shape: string;
  readonly shapeRule: string;
  readonly height: string;
  readonly width: string;
  readonly dropped: string;
  readonly code: string;
  readonly copy: string;
  readonly copied: string;
  readonly refused: string;
}

export const messages = {
  en: {
    startFrom: 'Start from',
    presets: {
      chapter: 'The first example',
      channels: 'Two channels',
      padding: 'Padding',
      ceil: 'Ceil mode',
      dilation: 'Dilation',
      ties: 'Ties',
      nan: 'NaN',
      tooLarge: 'Too large',
    },
    pooling: 'Pooling',
    kinds: { max: 'max', avg: 'average', min: 'min', lp: 'LP' },
    window: 'Window',
    stride: 'Stride',
    padding: 'Padding',
    dilation: 'Dilation',
    rows: 'rows',
    columns: 'columns',
    separately: 'Rows and columns apart',
    ceilMode: 'Ceil mode',
    countIncludePad: 'Count padding',
    p: 'p',
    pointer: 'The pointer',
    slides: 'slides',
    draws: 'draws',
    brush: 'Draw with',
    size: 'Input',
    channels: 'Channels',
    channel: 'Channel',
    input: 'Input',
    output: 'Output',
    cell: (row, column) => `Input, row ${row}, column ${column}`,
    outputCell: (row, column, value) => `Row ${row}, column ${column}: ${value}`,
    hint: 'Type into the input. Drag over either side to slide the window, or use the arrow keys on the output.',
    play: 'Play',
    pause: 'Pause',
    back: 'Back',
    step: 'Step',
    reset: 'Reset',
    position: (present, all) => `window ${present} of ${all}`,
    from: (row, column, index) => `taken from row ${row}, column ${column} (index ${index})`,
    divisor: (product) => `The divisor is the window’s size, ${product}.`,
    divisorCounting: (product) => `The divisor ${product} counts padding.`,
    divisorReal: (product) => `The divisor ${product} counts the input’s own elements.`,
    paddingIgnored: 'Padding takes no part.',
    beyondIgnored: 'What hangs over the edge takes no part.',
    shape: 'The shape of the result',
    shapeRule: 'rounded (input + padding + padding − (dilation · (window − 1) + 1)) / stride, plus 1',
    height: 'rows',
    width: 'columns',
    dropped: 'One less, because the last window would begin in the padding.',
    code: 'The code that does it',
    copy: 'Copy',
    copied: 'Copied',
    refused: 'Cenote refuses, before it computes anything:',
  },
  zh: {
    startFrom: '从例子开始',
    presets: {
      chapter: '第一个例子',
      channels: '两个通道',
      padding: '填充',
      ceil: '向上取整',
      dilation: '空洞',
      ties: '相等的值',
      nan: 'NaN',
      tooLarge: '窗口过大',
    },
    pooling: '池化',
    kinds: { max: '最大', avg: '平均', min: '最小', lp: 'LP' },
    window: '窗口',
    stride: '步幅',
    padding: '填充',
    dilation: '空洞',
    rows: '行',
    columns: '列',
    separately: '行列分别设置',
    ceilMode: '向上取整',
    countIncludePad: '计入填充',
    p: 'p',
    pointer: '指针用来',
    slides: '滑动窗口',
    draws: '绘制',
    brush: '绘制的值',
    size: '输入',
    channels: '通道数',
    channel: '通道',
    input: '输入',
    output: '输出',
    cell: (row, column) => `输入，第 ${row} 行第 ${column} 列`,
    outputCell: (row, column, value) => `第 ${row} 行第 ${column} 列：${value}`,
    hint: '可以直接在输入里键入数字。在任意一侧拖动来滑动窗口，也可以在输出上使用方向键。',
    play: '播放',
    pause: '暂停',
    back: '后退',
    step: '前进',
    reset: '重置',
    position: (present, all) => `第 ${present} 个窗口，共 ${all} 个`,
    from: (row, column, index) => `取自第 ${row} 行第 ${column} 列（索引 ${index}）`,
    divisor: (product) => `除数是窗口的大小 ${product}。`,
    divisorCounting: (product) => `除数 ${product} 计入了填充。`,
    divisorReal: (product) => `除数 ${product} 只计输入自身的元素。`,
    paddingIgnored: '填充不参与计算。',
    beyondIgnored: '超出边缘的部分不参与计算。',
    shape: '结果的形状',
    shapeRule: '(输入 + 填充 + 填充 − (空洞 · (窗口 − 1) + 1)) / 步幅，取整后加 1',
    height: '行',
    width: '列',
    dropped: '再减一，因为最后一个窗口会从填充里开始。',
    code: '对应的代码',
    copy: '复制',
    copied: '已复制',
    refused: 'Cenote 在计算之前就拒绝了：',
  },
} satisfies Messages<PlaygroundMessages>;
