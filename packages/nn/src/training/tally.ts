import { argmax, noGrad, type Tensor } from '@cenote/tensor';
import { isLabelDType } from '../dtype.js';
import { classAxisOf, defaultIgnoreIndex } from '../losses/labels.js';

/** What a batch gave, still on the device. The tensors belong to whoever holds this. */
export interface BatchOutcome {
  readonly loss: Tensor;
  /** The model's choices; null where labels are no class numbers, or do not fit the output. */
  readonly predictions: Tensor | null;
  /** What they are compared with; null where there are none. */
  readonly labels: Tensor | null;
  readonly examples: number;
  readonly classes: number;
}

/** What a batch gave, in numbers. */
export interface BatchResult {
  /** The mean loss of its examples. */
  readonly loss: number;
  /** The fraction of labels that were predicted; NaN where labels are no class numbers. */
  readonly accuracy: number;
  /** The first axis of the batch. */
  readonly examples: number;
}

/** Keeps of a batch what is to be read later. Call within a `scope`, and return the result. */
export function outcomeOf(output: Tensor, labels: Tensor, loss: Tensor): BatchOutcome {
  const comparable = isLabelDType(labels.dtype) && output.rank >= 1 && labels.rank === output.rank - 1;
  return {
    loss: loss.detach(),
    predictions: comparable ? noGrad(() => argmax(output, classAxisOf(output))) : null,
    labels: comparable ? labels.detach() : null,
    examples: labels.rank > 0 ? labels.shape[0] : 1,
    classes: comparable ? output.shape[classAxisOf(output)] : 0,
  };
}

/** Means over batches, each example counting the same, and what was taken for what. */
export class Tally {
  batches = 0;
  examples = 0;
  #loss = 0;
  #labels = 0;
  #correct = 0;
  readonly #confusion: number[][] | null;

  constructor(confusion: boolean) {
    this.#confusion = confusion ? [] : null;
  }

  get loss(): number {
    return this.#loss / this.examples;
  }

  get accuracy(): number {
    return this.#correct / this.#labels;
  }

  /** `[label][prediction]`; null when it is not counted. */
  get confusion(): readonly (readonly number[])[] | null {
    return this.#confusion;
  }

  /** Reads a batch's outcome and frees it. */
  async add(outcome: BatchOutcome): Promise<BatchResult> {
    const { loss, predictions, labels, examples, classes } = outcome;
    try {
      const [value, chosen, wanted] = await Promise.all([loss.item(), predictions?.data(), labels?.data()]);
      let counted = 0;
      let correct = 0;
      for (const [position, expected] of wanted?.entries() ?? []) {
        const label = Number(expected);
        if (label === defaultIgnoreIndex) continue;
        const choice = Number(chosen?.[position]);
        counted++;
        if (label === choice) correct++;
        this.#confuse(label, choice, classes);
      }
      this.batches++;
      this.examples += examples;
      this.#loss += value * examples;
      this.#labels += counted;
      this.#correct += correct;
      return { loss: value, accuracy: correct / counted, examples };
    } finally {
      for (const tensor of [loss, predictions, labels]) tensor?.dispose();
    }
  }

  #confuse(label: number, choice: number, classes: number): void {
    if (!this.#confusion || label < 0 || label >= classes) return;
    while (this.#confusion.length < classes) this.#confusion.push(new Array<number>(classes).fill(0));
    this.#confusion[label][choice]++;
  }
}
