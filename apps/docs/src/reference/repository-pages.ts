import { posix } from 'node:path';

/** Files of the repository that are pages of the site, with their addresses. */
const written: Readonly<Record<string, string>> = {
  'ARCHITECTURE.md': '/reference/architecture',
  'CONTRIBUTING.md': '/guide/contributing',
  'README.md': '/',
  'apps/bench': '/benchmarks',
  'apps/bench/README.md': '/benchmarks',
  'apps/bench/results/README.md': '/benchmarks',
  'docs/add-an-op.md': '/guide/add-an-op',
  'docs/beyond-pooling.md': '/reference/beyond-pooling',
  'docs/bigger-than-one-machine.md': '/guide/bigger-than-one-machine',
  'docs/cpu-kernels.md': '/reference/cpu-kernels',
  'docs/decisions': '/reference/decisions/',
  'docs/gpu-kernels.md': '/reference/gpu-kernels',
  'docs/pooling-semantics.md': '/reference/pooling-semantics',
  'docs/shape-types.md': '/reference/shape-types',
};

/**
 * Where a link in a file of the repository leads on the site.
 *
 * @param source the file that has the link, from the root: `docs/add-an-op.md`
 * @param href the link as it is written
 * @returns an address of the site or elsewhere; or the path of a file that is not on the site, as `{ path }`
 */
export function siteLink(source: string, href: string): string | { readonly path: string } {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [file, fragment] = href.split('#');
  const path = posix.normalize(posix.join(posix.dirname(source), file)).replace(/\/$/, '');
  const address = addressOfFile(path);
  if (address === undefined) return { path };
  return fragment === undefined ? address : `${address}#${fragment}`;
}

function addressOfFile(path: string): string | undefined {
  const decision = /^docs\/decisions\/(\d{4}-.+)\.md$/.exec(path);
  if (decision !== null) return decision[1].startsWith('0000') ? undefined : `/reference/decisions/${decision[1]}`;
  const readme = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(path);
  if (readme !== null) return `/reference/api/${readme[1]}/`;
  return written[path];
}

/** Text with the links of a file of the repository pointed at the site; what is not on the site becomes its name. */
export function withSiteLinks(source: string, markdown: string): string {
  return markdown.replace(/(?<!!)\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g, (_, text: string, href: string) => {
    const target = siteLink(source, href);
    return typeof target === 'string' ? `[${text}](${target})` : text;
  });
}
