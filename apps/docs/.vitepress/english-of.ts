/**
 * Where a page that there is in English only is, given its address in Chinese; undefined for pages of which there is a
 * Chinese version. Files of the repository and what is made from docstrings are not translated.
 *
 * @param path below the site's base: `/zh/reference/api/nn/`
 */
export function englishOf(path: string): string | undefined {
  return /^\/zh(\/reference\/[^#?].*|\/guide\/(?:add-an-op|bigger-than-one-machine|contributing)(?:\.html)?(?:[#?].*)?)$/.exec(
    path,
  )?.[1];
}
