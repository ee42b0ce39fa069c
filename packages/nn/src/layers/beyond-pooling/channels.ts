import { CenoteError, formatShape, type WindowGeometry } from '@cenote/shape';

/**
 * Throws unless a layer with parameters for each of so many channels meets as many in its input.
 *
 * @param channels Null for a layer whose parameters are for all channels.
 * @throws CenoteError `INVALID_SHAPE`
 */
export function assertChannels(op: string, channels: number | null, input: WindowGeometry): void {
  if (channels === null || channels === input.inputChannels) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: `expects ${channels} channels, got ${input.inputChannels}`,
    got: `input ${formatShape(input.inputShape)}`,
    expected: `${channels} channels`,
    hint: 'Correct channels, or leave it out for one parameter in all',
  });
}
