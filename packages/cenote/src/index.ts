/**
 * The front door: everything that a program needs, and a CPU device that is there without ceremony.
 *
 * @packageDocumentation
 */
import { referenceBackend } from '@cenote/backend-reference';
import { createDevice, setDefaultDevice } from '@cenote/tensor';

export * from '@cenote/autograd';
export * as data from '@cenote/data';
export * as nn from '@cenote/nn';
export * as shape from '@cenote/shape';
export * from '@cenote/tensor';

setDefaultDevice(() => createDevice(referenceBackend()));
