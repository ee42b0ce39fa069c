// What everything is made of
export type { FloatDType } from './dtype.js';
// Parameters
export * as init from './init.js';
export { type InitializationScheme, initialize } from './initialize.js';
export type * from './layer-description.js';
// Layers
export {
  type AdaptivePool,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  type GlobalPool,
  globalAvgPool,
  globalLpPool,
  globalMaxPool,
} from './layers/adaptive-pooling.js';
export * from './layers/beyond-pooling/index.js';
export { type Conv, type ConvLayerOptions, conv1d, conv2d, conv3d } from './layers/conv.js';
export { type Activation, type Dropout, dropout, identity, relu, sigmoid, tanh } from './layers/elementwise.js';
export { type Flatten, flatten } from './layers/flatten.js';
export {
  type FractionalMaxPool,
  type FractionalMaxPoolLayerOptions,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
} from './layers/fractional-pooling.js';
export { type Input, input } from './layers/input.js';
export { type Linear, linear } from './layers/linear.js';
export type { ParameterOptions } from './layers/parameters.js';
export {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  lpPool1d,
  lpPool2d,
  lpPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  minPool1d,
  minPool2d,
  minPool3d,
  type Pool,
} from './layers/pooling.js';
export { Sequential, sequential } from './layers/sequential.js';
export { logSoftmax, type Softmax, softmax } from './layers/softmax.js';
export {
  type MaxUnpool,
  type MaxUnpoolLayerOptions,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
} from './layers/unpooling.js';
// Models
export { type Lenet5Options, type Lenet5Shape, lenet5 } from './lenet5.js';
// Losses
export { accuracy } from './losses/accuracy.js';
export { type CrossEntropyOptions, crossEntropy, type NllLossOptions, nllLoss } from './losses/cross-entropy.js';
export type { Reduction } from './losses/reduction.js';
export { l1Loss, mseLoss, type RegressionLossOptions } from './losses/regression.js';
export { type LoadedState, Module, type Reach, type StateDict } from './module.js';
// Optimisers
export { type Adam, type AdamOptions, adam, adamW } from './optimizers/adam.js';
export { type Hyperparameters, Optimizer, type OptimizerState, type Update } from './optimizers/optimizer.js';
export { cosineSchedule, type Schedule, stepSchedule } from './optimizers/schedules.js';
export { type Sgd, type SgdOptions, sgd } from './optimizers/sgd.js';
// Measures
export { type ShiftConsistencyOptions, shiftConsistency } from './shift-consistency.js';
// Summaries
export { type ModelSummary, type SummaryRow, summarize, summary } from './summary.js';
// Training
export type { Batch, Batches, LabelledImages, LabelledInputs } from './training/batch.js';
export {
  type EvaluatedBatch,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type LossFunction,
  type StopSignal,
} from './training/evaluate.js';
export { type EpochResult, type FitOptions, type FitResult, fit, type TrainedBatch } from './training/fit.js';
export type { BatchResult } from './training/tally.js';
// What the compiler knows of layers
export type { Forward, Typed } from './typed.js';
