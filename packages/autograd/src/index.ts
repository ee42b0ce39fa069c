import { installGradientEngine } from '@cenote/tensor/engine';
import { engine } from './engine.js';

export { checkGradients, type GradientCheck } from './check-gradients.js';
export { type GradOptions, grad } from './grad.js';

installGradientEngine(engine);
