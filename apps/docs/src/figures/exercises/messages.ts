import type { Messages } from '../../figure.js';

interface Texts {
  readonly program: string;
  readonly run: string;
  readonly reset: string;
  readonly hint: string;
  readonly output: string;
  readonly running: string;
  readonly nothing: string;
  readonly unknown: (name: string) => string;
}

export const messages = {
  en: {
    program: 'Program',
    run: 'Run',
    reset: 'As it was',
    hint: 'Change it and run it again: Ctrl + Enter.',
    output: 'What it prints',
    running: 'Running …',
    nothing: '(nothing)',
    unknown: (name) => `There is no answer named ${name}.`,
  },
  zh: {
    program: '程序',
    run: '运行',
    reset: '恢复原样',
    hint: '修改后按 Ctrl + Enter 再次运行。',
    output: '输出',
    running: '正在运行……',
    nothing: '（没有输出）',
    unknown: (name) => `没有名为 ${name} 的答案。`,
  },
} satisfies Messages<Texts>;
