import { referenceBackend } from '@cenote/backend-reference';
import { createDevice, setDefaultDevice } from '../src/index.js';

/** The device of these tests, as the default one. */
export const device = createDevice(referenceBackend());
setDefaultDevice(device);
