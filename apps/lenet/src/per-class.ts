/** How well one class is told from the others. */
export interface ClassScore {
  readonly examples: number;
  /** Of the examples taken for this class, how many are of it; `null` when none was. */
  readonly precision: number | null;
  /** Of the examples of this class, how many were found; `null` when there are none. */
  readonly recall: number | null;
  /** Harmonic mean of the two; `null` when either is. */
  readonly f1: number | null;
}

/**
 * Scores of every class.
 *
 * @param confusion `confusion[t][p]` examples of class `t` were taken for class `p`.
 */
export function classScores(confusion: readonly (readonly number[])[]): ClassScore[] {
  return confusion.map((row, label) => {
    const examples = row.reduce((sum, count) => sum + count, 0);
    const claimed = confusion.reduce((sum, each) => sum + each[label], 0);
    const precision = claimed === 0 ? null : row[label] / claimed;
    const recall = examples === 0 ? null : row[label] / examples;
    const f1 =
      precision === null || recall === null
        ? null
        : precision + recall === 0
          ? 0
          : (2 * precision * recall) / (precision + recall);
    return { examples, precision, recall, f1 };
  });
}
