import type { Locale } from '../src/figure.js';

/** A page of the chapter. */
export interface ChapterPage {
  /** Its file's name. */
  readonly page: string;
  readonly title: Readonly<Record<Locale, string>>;
  /** What it lets a reader do, in a sentence. */
  readonly promise: Readonly<Record<Locale, string>>;
}

/** The chapter, in reading order. */
export const chapter: readonly ChapterPage[] = [
  {
    page: 'index',
    title: { en: 'Pooling, by hand', zh: '动手学池化' },
    promise: { en: 'What pooling is for.', zh: '池化是用来做什么的。' },
  },
  {
    page: 'window',
    title: { en: 'The window', zh: '窗口' },
    promise: {
      en: 'Slide a window over numbers of your own, and see the arithmetic of every step.',
      zh: '让窗口在你自己输入的数字上滑动，每一步的算式都写出来。',
    },
  },
  {
    page: 'translation',
    title: { en: 'Translation', zh: '平移' },
    promise: {
      en: 'Shift an edge and watch which answers stay, which flip, and what a blur mends.',
      zh: '移动一条边缘，看哪些结果不变、哪些翻转，以及模糊能弥补什么。',
    },
  },
  {
    page: 'padding-and-stride',
    title: { en: 'Padding and stride', zh: '填充和步幅' },
    promise: {
      en: 'Choose how far the window moves and what lies beyond the edge.',
      zh: '选择窗口每次移动多远，边缘之外又是什么。',
    },
  },
  {
    page: 'channels',
    title: { en: 'Channels', zh: '多个通道' },
    promise: {
      en: 'Pool each channel on its own, unlike a convolution.',
      zh: '每个通道各自池化，这一点和卷积不同。',
    },
  },
  {
    page: 'receptive-field',
    title: { en: 'The receptive field', zh: '感受野' },
    promise: {
      en: 'Stack layers and see how much of the picture one number has looked at.',
      zh: '把层叠起来，看一个数究竟看到了图像的多大范围。',
    },
  },
  {
    page: 'lenet',
    title: { en: 'LeNet', zh: 'LeNet' },
    promise: {
      en: 'Draw a digit and watch every layer as you draw; then train the network in this page.',
      zh: '写一个数字，边写边看每一层的变化；然后就在网页里训练这个网络。',
    },
  },
  {
    page: 'exercises',
    title: { en: 'Exercises', zh: '练习' },
    promise: { en: 'Questions, and answers that run.', zh: '问题，以及可以运行的答案。' },
  },
];

/** The address of a page of the chapter. */
export function chapterLink({ page }: ChapterPage, locale: Locale): string {
  return `${locale === 'en' ? '' : '/zh'}/chapter/${page === 'index' ? '' : `${page}.html`}`;
}
