import type { MountFigure } from '../../figure.js';
import { renderLoop } from '../../ui/render-loop.js';
import { answers } from './answers.js';
import { messages } from './messages.js';
import { type Outcome, runProgram } from './runner.js';
import './style.css';
import { exerciseView } from './view.js';

/** An answer as a program that runs when it is opened; `option-answer` names it. */
export const mount: MountFigure = (root, { locale, options }) => {
  const original = answers[options.answer]?.trimEnd();
  if (original === undefined) throw new Error(messages[locale].unknown(options.answer));
  let program = original;
  let outcome: Outcome | null = null;
  let ended = false;

  const loop = renderLoop(root, () =>
    exerciseView({
      locale,
      program,
      changed: program !== original,
      outcome,
      edit(text) {
        program = text;
        loop.update();
      },
      run: () => void run(),
      reset() {
        program = original;
        void run();
      },
    }),
  );
  void run();

  async function run(): Promise<void> {
    outcome = null;
    loop.now();
    outcome = await runProgram(program);
    if (!ended) loop.now();
  }

  return () => {
    ended = true;
    loop.dispose();
  };
};
