import type { Messages } from '../../figure.js';
import type { PresetName } from './model.js';

interface Texts {
  readonly example: string;
  readonly presets: Readonly<Record<PresetName | 'own', string>>;
  readonly pooling: string;
  readonly poolings: Readonly<Record<'max' | 'average', string>>;
  readonly rows: string;
  readonly columns: string;
  readonly numbers: Readonly<Record<'size' | 'kernelSize' | 'stride' | 'padding', string>>;
  readonly both: (number: string, axis: string) => string;
  readonly input: string;
  readonly output: string;
  readonly pick: string;
  readonly picked: (row: number, column: number, arithmetic: string) => string;
  readonly unseen: string;
  readonly noUnseen: string;
  readonly code: string;
  readonly type: string;
  readonly copy: { readonly copy: string; readonly copied: string };
}

export const messages = {
  en: {
    example: 'Example',
    presets: {
      whole: '3 × 3',
      half: '3 × 3, stride 2, padding 1',
      oblong: '2 × 3, padding (0, 1)',
      own: 'your own',
    },
    pooling: 'Pooling',
    poolings: { max: 'max', average: 'average' },
    rows: 'Rows',
    columns: 'Columns',
    numbers: { size: 'Input', kernelSize: 'Window', stride: 'Stride', padding: 'Padding' },
    both: (number, axis) => `${number}, ${axis.toLowerCase()}`,
    input: 'Input',
    output: 'Output',
    pick: 'Output; the arrow keys choose an element',
    picked: (row, column, arithmetic) => `Row ${row}, column ${column}: ${arithmetic}`,
    unseen: 'Crossed out: seen by no window.',
    noUnseen: 'Every element is seen by a window.',
    code: 'The code of this figure',
    type: 'Result',
    copy: { copy: 'Copy', copied: 'Copied' },
  },
  zh: {
    example: '例子',
    presets: {
      whole: '3 × 3',
      half: '3 × 3，步幅 2，填充 1',
      oblong: '2 × 3，填充 (0, 1)',
      own: '自定义',
    },
    pooling: '池化',
    poolings: { max: '最大', average: '平均' },
    rows: '行',
    columns: '列',
    numbers: { size: '输入', kernelSize: '窗口', stride: '步幅', padding: '填充' },
    both: (number, axis) => `${number}（${axis}）`,
    input: '输入',
    output: '输出',
    pick: '输出，用方向键选择一个元素',
    picked: (row, column, arithmetic) => `第 ${row} 行第 ${column} 列：${arithmetic}`,
    unseen: '划掉的元素：没有窗口看到它们。',
    noUnseen: '每个元素都被某个窗口看到。',
    code: '这张图的代码',
    type: '结果',
    copy: { copy: '复制', copied: '已复制' },
  },
} satisfies Messages<Texts>;
