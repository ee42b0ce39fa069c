/** The largest size, stride, dilation or position along one axis: geometry tables hold 32-bit integers. */
export const maxAxisSize = 2 ** 31 - 1;

/** The largest number of elements of a tensor: beyond it, offsets are no longer exact. */
export const maxElements = Number.MAX_SAFE_INTEGER;
