import type { Epilogue } from '@cenote/backend';

/** What names of kernels say of an epilogue: `_bias_relu`, or nothing. */
export function epilogueName({ bias, activation }: Epilogue = { bias: false }): string {
  return `${bias ? '_bias' : ''}${activation === undefined ? '' : `_${activation}`}`;
}
