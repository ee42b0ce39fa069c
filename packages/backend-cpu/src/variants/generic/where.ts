import { byteSize } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { movedElements, rowsPlan } from './rows.js';

/** `where` for every dtype and layout that the contract allows. */
export const genericWhere: Variant<'where'> = {
  target: 'scalar',
  plan: (_op, inputs, [y]) => rowsPlan(`${y.dtype}_where`, 'where', inputs, y, movedElements, [byteSize[y.dtype]], 2),
};
