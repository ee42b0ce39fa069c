import type { Messages } from '../../figure.js';
import type { HeroPooling } from './model.js';

export interface HeroMessages {
  readonly pooling: string;
  readonly kinds: Readonly<Record<HeroPooling, string>>;
  readonly another: string;
  readonly play: string;
  readonly pause: string;
  readonly level: (size: number) => string;
  readonly numbers: (count: number) => string;
}

export const messages = {
  en: {
    pooling: 'Pooling',
    kinds: { max: 'max', avg: 'average', min: 'min' },
    another: 'Another digit',
    play: 'Play',
    pause: 'Pause',
    level: (size) => `The digit in ${size} by ${size} pixels`,
    numbers: (count) => `${count} numbers`,
  },
  zh: {
    pooling: '池化',
    kinds: { max: '最大', avg: '平均', min: '最小' },
    another: '换一个数字',
    play: '播放',
    pause: '暂停',
    level: (size) => `${size} × ${size} 像素的数字`,
    numbers: (count) => `${count} 个数`,
  },
} satisfies Messages<HeroMessages>;
