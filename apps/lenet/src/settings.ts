/** The two networks: D2L chapter 6.6 as printed (sigmoid, average pooling), and the same with ReLU and max pooling. */
export const modelNames = ['modern', 'd2l'] as const;
/** Which network is trained. */
export type ModelName = (typeof modelNames)[number];

export const optimizerNames = ['adam', 'sgd'] as const;
/** Which optimiser trains it. */
export type OptimizerName = (typeof optimizerNames)[number];

/** Everything that decides the numbers of a run. A checkpoint keeps it; the same settings give the same numbers. */
export interface TrainingSettings {
  /** Folder of IDX files, or `null` for the generated digits. */
  readonly data: string | null;
  readonly model: ModelName;
  /** How many times the training examples are seen in all, before and after a resume. */
  readonly epochs: number;
  readonly batchSize: number;
  /** In the first epoch. */
  readonly learningRate: number;
  /** The learning rate is multiplied by this after every epoch. */
  readonly learningRateDecay: number;
  readonly optimizer: OptimizerName;
  readonly seed: number;
  /** How many examples to train on; `null` for all that a folder has. */
  readonly trainCount: number | null;
  /** How many examples to test on; `null` for all that a folder has. */
  readonly testCount: number | null;
}

/**
 * Learning rates that train each network well within the default number of epochs, but for the sigmoids of `d2l` with
 * `sgd`: they leave their plateau after some thousands of steps, whatever the rate.
 */
export const learningRates: { readonly [M in ModelName]: { readonly [O in OptimizerName]: number } } = {
  modern: { adam: 0.002, sgd: 0.02 },
  d2l: { adam: 0.005, sgd: 0.1 },
};

/** Of stochastic gradient descent. */
export const momentum = 0.9;

/** After every epoch, so that the end is a quiet place. */
export const learningRateDecays: { readonly [M in ModelName]: number } = { modern: 0.7, d2l: 0.85 };

/** How many digits are generated, when nothing else is asked for. */
export const digitCounts = { train: 5000, test: 1000 };

/** Passes over the training examples, when nothing else is asked for. */
export const defaultEpochs: { readonly [M in ModelName]: number } = { modern: 4, d2l: 8 };

/** The optimiser and its learning rate in words: `adam, learning rate 0.002, × 0.7 after every epoch`. */
export function learningText({ optimizer, learningRate, learningRateDecay }: TrainingSettings): string {
  const decay = learningRateDecay === 1 ? '' : `, × ${learningRateDecay} after every epoch`;
  return `${optimizer}, learning rate ${learningRate}${decay}`;
}

/**
 * Fills what the command line left open.
 *
 * @param given What was asked for.
 * @returns Settings that are complete, and say every number that was chosen.
 */
export function withDefaults(given: Partial<TrainingSettings>): TrainingSettings {
  const model = given.model ?? 'modern';
  const optimizer = given.optimizer ?? 'adam';
  const data = given.data ?? null;
  return {
    data,
    model,
    epochs: given.epochs ?? defaultEpochs[model],
    batchSize: given.batchSize ?? 32,
    learningRate: given.learningRate ?? learningRates[model][optimizer],
    learningRateDecay: given.learningRateDecay ?? learningRateDecays[model],
    optimizer,
    seed: given.seed ?? 1,
    trainCount: given.trainCount ?? (data === null ? digitCounts.train : null),
    testCount: given.testCount ?? (data === null ? digitCounts.test : null),
  };
}
