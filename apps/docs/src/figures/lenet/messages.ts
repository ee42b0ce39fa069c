import type { Messages } from '../../figure.js';
import type { StageName } from './network.js';
import type { Variant } from './variants.js';

/** The texts of the figure. */
export interface LenetMessages {
  readonly paperHint: string;
  readonly draw: string;
  readonly clear: string;
  readonly undo: string;
  readonly samples: string;
  readonly sample: (digit: number) => string;
  readonly input: string;
  readonly inputHint: string;
  readonly moved: (right: number, down: number) => string;
  readonly nudge: Readonly<Record<'left' | 'right' | 'up' | 'down', string>>;
  readonly fit: string;
  readonly show: string;
  readonly both: string;
  readonly variant: Readonly<Record<Variant, string>>;
  readonly stage: Readonly<Record<StageName, string>>;
  readonly maps: (channels: number, height: number, width: number) => string;
  readonly mapsHint: string;
  readonly probabilities: string;
  readonly reads: (digit: number, percent: string) => string;
  readonly probability: (digit: number, percent: string) => string;
  readonly loading: string;
  readonly point: string;
  readonly cell: (stage: string, channel: number, row: number, column: number, value: string) => string;
  readonly unit: (stage: string, index: number, value: string) => string;
  readonly sees: (rows: string, columns: string) => string;
  readonly seesAll: string;
  readonly time: (milliseconds: string) => string;
  readonly weights: string;
  readonly shipped: string;
  readonly trained: (percent: string) => string;
  readonly file: (name: string) => string;
  readonly loadFile: string;
  readonly restore: string;
  readonly drop: string;
}

/** In every language of the site. */
export const messages = {
  en: {
    paperHint: 'Paper to draw on with a pointer or a finger. With the keyboard, take one of the sample digits.',
    draw: 'Draw a digit',
    clear: 'Clear',
    undo: 'Undo',
    samples: 'Or take one',
    sample: (digit) => `Sample digit ${digit}`,
    input: 'What the network sees',
    inputHint: 'The picture of 28 by 28 pixels. Arrow keys move it by a pixel.',
    moved: (right, down) =>
      `moved ${[
        ...(right === 0 ? [] : [`${Math.abs(right)} ${right > 0 ? 'right' : 'left'}`]),
        ...(down === 0 ? [] : [`${Math.abs(down)} ${down > 0 ? 'down' : 'up'}`]),
      ].join(', ')}`,
    nudge: { left: 'Move left', right: 'Move right', up: 'Move up', down: 'Move down' },
    fit: 'Centre and size as in training',
    show: 'Network',
    both: 'Both',
    variant: { modern: 'ReLU + max', d2l: 'Sigmoid + average' },
    stage: {
      conv1: 'Convolution 1',
      pool1: 'Pooling 1',
      conv2: 'Convolution 2',
      pool2: 'Pooling 2',
      dense1: 'Dense 1',
      dense2: 'Dense 2',
      scores: 'Scores',
    },
    maps: (channels, height, width) =>
      channels === 1 && height === 1 ? `${width} numbers` : `${channels} maps of ${height} × ${width}`,
    mapsHint: 'Arrow keys move over the cells.',
    probabilities: 'Probabilities',
    reads: (digit, percent) => `Reads ${digit}, ${percent}`,
    probability: (digit, percent) => `${digit}: ${percent}`,
    loading: 'Weights are on their way …',
    point: 'Point at a cell to see its value, and the part of the picture that it comes from.',
    cell: (stage, channel, row, column, value) => `${stage}, map ${channel}, row ${row}, column ${column}: ${value}.`,
    unit: (stage, index, value) => `${stage}, number ${index}: ${value}.`,
    sees: (rows, columns) => `It sees rows ${rows} and columns ${columns} of the picture.`,
    seesAll: 'It sees the whole picture.',
    time: (milliseconds) => `computed and drawn in ${milliseconds} ms`,
    weights: 'Weights',
    shipped: 'from this site',
    trained: (percent) => `trained on this page, ${percent} of its test digits right`,
    file: (name) => name,
    loadFile: 'Load weights …',
    restore: 'Back to this site’s',
    drop: 'Drop a safetensors file here',
  },
  zh: {
    paperHint: '用鼠标或手指在这里写字。用键盘时，请选择示例数字。',
    draw: '写一个数字',
    clear: '清除',
    undo: '撤销',
    samples: '或选一个示例',
    sample: (digit) => `示例数字 ${digit}`,
    input: '网络看到的图像',
    inputHint: '28×28 像素的图像。方向键每次移动一个像素。',
    moved: (right, down) =>
      [
        ...(right === 0 ? [] : [`${right > 0 ? '右' : '左'}移 ${Math.abs(right)}`]),
        ...(down === 0 ? [] : [`${down > 0 ? '下' : '上'}移 ${Math.abs(down)}`]),
      ].join('，'),
    nudge: { left: '左移', right: '右移', up: '上移', down: '下移' },
    fit: '像训练图像那样居中并缩放',
    show: '网络',
    both: '两个都看',
    variant: { modern: 'ReLU + 最大池化', d2l: 'sigmoid + 平均池化' },
    stage: {
      conv1: '卷积 1',
      pool1: '池化 1',
      conv2: '卷积 2',
      pool2: '池化 2',
      dense1: '全连接 1',
      dense2: '全连接 2',
      scores: '得分',
    },
    maps: (channels, height, width) =>
      channels === 1 && height === 1 ? `${width} 个数` : `${channels} 个 ${height}×${width} 的特征图`,
    mapsHint: '方向键在单元格之间移动。',
    probabilities: '概率',
    reads: (digit, percent) => `认作 ${digit}，${percent}`,
    probability: (digit, percent) => `${digit}：${percent}`,
    loading: '正在载入权重……',
    point: '指向任意单元格，可以看到它的值，以及它来自图像的哪一部分。',
    cell: (stage, channel, row, column, value) =>
      `${stage}，第 ${channel} 个特征图，第 ${row} 行第 ${column} 列：${value}。`,
    unit: (stage, index, value) => `${stage}，第 ${index} 个数：${value}。`,
    sees: (rows, columns) => `它看到图像的第 ${rows} 行、第 ${columns} 列。`,
    seesAll: '它看到整幅图像。',
    time: (milliseconds) => `计算和绘制用时 ${milliseconds} 毫秒`,
    weights: '权重',
    shipped: '本站自带',
    trained: (percent) => `在本页训练，测试数字读对 ${percent}`,
    file: (name) => name,
    loadFile: '载入权重……',
    restore: '恢复本站权重',
    drop: '把 safetensors 文件拖到这里',
  },
} satisfies Messages<LenetMessages>;
