/**
 * The two networks that are compared, by the names that `nn.lenet5` has for them: `modern` has ReLU and max pooling, `d2l`
 * sigmoid and average pooling, as in Dive into Deep Learning.
 */
export const variants = ['modern', 'd2l'] as const;

/** One of {@link variants}. */
export type Variant = (typeof variants)[number];

/** The variant of that name; `null` for any other text. */
export function variantOf(text: string | null | undefined): Variant | null {
  return variants.find((variant) => variant === text) ?? null;
}
