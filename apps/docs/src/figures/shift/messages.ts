import type { Messages } from '../../figure.js';
import type { Picture, Pooling } from './model.js';

interface Texts {
  readonly shift: string;
  readonly shiftValue: (pixels: number) => string;
  readonly picture: string;
  readonly pictures: Readonly<Record<Picture, string>>;
  readonly pooling: string;
  readonly poolings: Readonly<Record<Pooling, string>>;
  readonly window: string;
  readonly stride: string;
  readonly unsigned: string;
  readonly image: string;
  readonly edges: string;
  readonly pooled: (window: number, stride: number) => string;
  readonly drag: string;
  readonly changed: string;
  readonly status: (pixels: number, edges: number, allEdges: number, pooled: number, allPooled: number) => string;
  readonly diagram: string;
  readonly diagramLabel: (pooled: readonly string[]) => string;
  readonly convolution: string;
  readonly afterPooling: string;
  readonly flips: string;
}

const signed = (pixels: number) => (pixels > 0 ? `+${pixels}` : String(pixels).replace('-', '−'));

export const messages = {
  en: {
    shift: 'Move the picture',
    shiftValue: (pixels) => `${signed(pixels)} px`,
    picture: 'Picture',
    pictures: { edge: 'edge', band: 'band', slope: 'slope' },
    pooling: 'Pooling',
    poolings: { max: 'max', average: 'average' },
    window: 'Window',
    stride: 'Stride',
    unsigned: 'Take the sign off the edges',
    image: 'Picture (drag it)',
    edges: 'Convolution with [1, −1]',
    pooled: (window, stride) => `Pooled, ${window} × ${window}, stride ${stride}`,
    drag: 'The picture; drag it to the left or right',
    changed: 'changed since it was at rest',
    status: (pixels, edges, allEdges, pooled, allPooled) => {
      if (pixels === 0) return 'The picture is at rest. Move it, and see which numbers change.';
      const place = `${Math.abs(pixels)} ${Math.abs(pixels) === 1 ? 'pixel' : 'pixels'} to the ${pixels > 0 ? 'right' : 'left'}`;
      const count = pooled === 0 ? 'none' : String(pooled);
      return `${place}: ${edges} of ${allEdges} numbers changed before the pooling, ${count} of ${allPooled} behind it.`;
    },
    diagram: 'Every shift, one row each',
    diagramLabel: (pooled) =>
      `One row of the outputs for each shift. Numbers that change behind the pooling, from each shift to the next: ${pooled.join(', ')}.`,
    convolution: 'convolution',
    afterPooling: 'pooled',
    flips: 'changed',
  },
  zh: {
    shift: '移动图像',
    shiftValue: (pixels) => `${signed(pixels)} 像素`,
    picture: '图像',
    pictures: { edge: '边缘', band: '条带', slope: '斜边' },
    pooling: '池化',
    poolings: { max: '最大', average: '平均' },
    window: '窗口',
    stride: '步幅',
    unsigned: '去掉边缘的符号',
    image: '图像（可拖动）',
    edges: '与 [1, −1] 卷积',
    pooled: (window, stride) => `池化，${window} × ${window}，步幅 ${stride}`,
    drag: '图像，可向左或向右拖动',
    changed: '与静止时不同',
    status: (pixels, edges, allEdges, pooled, allPooled) => {
      if (pixels === 0) return '图像处于静止位置。移动它，看看哪些数会变。';
      const place = `向${pixels > 0 ? '右' : '左'}移动 ${Math.abs(pixels)} 个像素`;
      const after = pooled === 0 ? `池化后的 ${allPooled} 个数都没有变` : `池化后 ${allPooled} 个数中变了 ${pooled} 个`;
      return `${place}：池化前 ${allEdges} 个数中变了 ${edges} 个，${after}。`;
    },
    diagram: '所有平移，每行一个',
    diagramLabel: (pooled) => `每个平移对应输出的一行。从一个平移到下一个，池化后改变的数：${pooled.join('、')}。`,
    convolution: '卷积',
    afterPooling: '池化后',
    flips: '变化',
  },
} satisfies Messages<Texts>;
