// Run them

// The cases
export {
  type CaseOp,
  type CaseWindow,
  type ConformanceCase,
  makeCase,
  type Needs,
  resolveOp,
  resolveWindow,
  type Tolerance,
} from './case.js';
export { conformanceCases } from './cases/index.js';
export type { Attempt, ConformanceCheck, Findings } from './check.js';
export { ConformanceFailure, type ConformanceTest, conformanceTests } from './conformance-tests.js';
export type { KnownFailure } from './known-failures.js';
export { randomCase, randomCases } from './random/index.js';
export type { ConformanceReport, ConformanceResult, ConformanceStatus } from './result.js';
export { type BackendSource, type ConformanceOptions, conformanceChecks, runConformance } from './run.js';
export { type ElementValue, type JsonNumber, type Placement, type TensorData, tensorOf } from './tensor-data.js';
// What a backend may offer to be checked better
export { type BufferCounting, countsBuffers, forcesVariants, type VariantForcing } from './variant-forcing.js';
