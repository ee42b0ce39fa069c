import type { Messages } from '../../figure.js';
import type { LayerKind, LayerNumber, PresetName } from './model.js';
import type { Display } from './plane-canvas.js';

interface Texts {
  readonly network: string;
  readonly presets: Readonly<Record<PresetName | 'own', string>>;
  readonly picture: string;
  readonly pixels: (size: number) => string;
  readonly display: string;
  readonly displays: Readonly<Record<Display, string>>;
  readonly kinds: Readonly<Record<LayerKind, string>>;
  readonly numbers: Readonly<Record<LayerNumber, string>>;
  readonly kind: string;
  readonly layer: string;
  readonly output: string;
  readonly field: string;
  readonly jump: string;
  readonly start: string;
  readonly pictureRow: string;
  readonly pick: (layer: string) => string;
  readonly pickByPicture: string;
  readonly side: string;
  readonly sideLabel: (layers: number) => string;
  readonly status: (position: string, layer: string, rows: string, columns: string, size: string) => string;
  readonly nothingSeen: (position: string, layer: string) => string;
  readonly edit: (layer: string) => string;
  readonly add: string;
  readonly remove: string;
  readonly earlier: string;
  readonly later: string;
  readonly empty: string;
}

export const messages = {
  en: {
    network: 'Network',
    presets: {
      lenet: 'LeNet-5',
      alexnet: 'AlexNet',
      vgg: 'VGG-16, three blocks',
      dilated: 'dilated',
      own: 'your own',
    },
    picture: 'Picture',
    pixels: (size) => `${size} × ${size}`,
    display: 'Show',
    displays: { extent: 'what is seen', ways: 'ways' },
    kinds: { conv: 'conv', pool: 'pool' },
    numbers: { kernelSize: 'Window', stride: 'Stride', padding: 'Padding', dilation: 'Dilation' },
    kind: 'Layer',
    layer: 'Layer',
    output: 'Output',
    field: 'Field',
    jump: 'Jump',
    start: 'Start',
    pictureRow: 'picture',
    pick: (layer) => `Output of ${layer}; the arrow keys choose an element`,
    pickByPicture: 'The picture; point at it to choose the output that looks there',
    side: 'The same from the side: one row of each plane',
    sideLabel: (layers) => `The elements of each of the ${layers} planes that the output sees, along one axis`,
    status: (position, layer, rows, columns, size) =>
      `${position} of ${layer} sees rows ${rows} and columns ${columns} of the picture: ${size}.`,
    nothingSeen: (position, layer) => `${position} of ${layer} sees nothing but padding.`,
    edit: (layer) => `Change ${layer}`,
    add: 'Add one after it',
    remove: 'Remove',
    earlier: 'Earlier',
    later: 'Later',
    empty: 'There is no layer left. Choose a network, or add a layer.',
  },
  zh: {
    network: '网络',
    presets: {
      lenet: 'LeNet-5',
      alexnet: 'AlexNet',
      vgg: 'VGG-16 前三块',
      dilated: '空洞卷积',
      own: '自定义',
    },
    picture: '图像',
    pixels: (size) => `${size} × ${size}`,
    display: '显示',
    displays: { extent: '看到的范围', ways: '路径数' },
    kinds: { conv: '卷积', pool: '池化' },
    numbers: { kernelSize: '窗口', stride: '步幅', padding: '填充', dilation: '膨胀' },
    kind: '层',
    layer: '层',
    output: '输出',
    field: '感受野',
    jump: '间距',
    start: '起点',
    pictureRow: '图像',
    pick: (layer) => `${layer}的输出，用方向键选择一个元素`,
    pickByPicture: '图像，指向某处即可选择看向那里的输出',
    side: '从侧面看：每个平面的一行',
    sideLabel: (layers) => `沿一个轴，输出在 ${layers} 个平面上各看到哪些元素`,
    status: (position, layer, rows, columns, size) =>
      `${layer}的 ${position} 看到图像的第 ${rows} 行、第 ${columns} 列：${size}。`,
    nothingSeen: (position, layer) => `${layer}的 ${position} 只看到填充。`,
    edit: (layer) => `修改${layer}`,
    add: '在后面加一层',
    remove: '删除',
    earlier: '前移',
    later: '后移',
    empty: '没有层了。请选择一个网络，或添加一层。',
  },
} satisfies Messages<Texts>;
