import Table from 'cli-table3';
import { classScores } from './per-class.js';
import type { Colors } from './progress.js';
import { count, loss, percent } from './report/format.js';
import type { Evaluation } from './result.js';

const thinRules: Table.TableConstructorOptions['chars'] = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** Columns of numbers under their heads, the first column to the left. */
function table(head: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string {
  const text = new Table({
    chars: thinRules,
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 0, compact: true },
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    head: head.map((each) => colors.dim(each)),
  });
  text.push(...rows.map((row) => [...row]));
  return text.toString();
}

/**
 * The result of testing, for a terminal of 80 columns or a log: accuracy, scores by class, confusion matrix.
 *
 * @param classNames What the classes are called, by index.
 */
export function evaluationText(evaluation: Evaluation, classNames: readonly string[], colors: Colors): string {
  const { confusion, examples, accuracy } = evaluation;
  const short = classNames.every((name) => name.length <= 2) ? classNames : classNames.map((_, index) => String(index));
  const names = classNames.map((name, index) => (name === short[index] ? name : `${short[index]} ${name}`));
  const share = (value: number | null) => (value === null ? '-' : percent(value));
  const scores = classScores(confusion).map((score, label) => [
    names[label],
    count(score.examples),
    share(score.precision),
    share(score.recall),
    score.f1 === null ? '-' : score.f1.toFixed(3),
  ]);
  const matrix = confusion.map((row, label) => [
    short[label],
    ...row.map((value, predicted) =>
      value === 0 ? colors.dim('.') : label === predicted ? colors.cyan(String(value)) : colors.yellow(String(value)),
    ),
  ]);
  return [
    `${colors.bold(`Test accuracy ${percent(accuracy)}`)}  (${count(Math.round(accuracy * examples))} of ${count(examples)}, loss ${loss(evaluation.loss)})`,
    '',
    table(['class', 'examples', 'precision', 'recall', 'F1'], scores, colors),
    '',
    'Confusion matrix: a row for each true class, a column for each predicted one',
    '',
    table(['', ...short], matrix, colors),
  ].join('\n');
}
