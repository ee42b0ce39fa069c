export { CenoteError, type ErrorCode, isCenoteError, type Shape } from '@cenote/shape';
export { defaultGenerator, Generator, type GeneratorState, generator, manualSeed } from './generator.js';
