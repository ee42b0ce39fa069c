/**
 * The condition '@cenote/source' lets this workspace's tests and tools read sources without a build. Sources are not
 * published, so the published package.json must not promise them: it goes when a package is packed.
 */
export const hooks = {
  beforePacking(manifest) {
    for (const entry of Object.values(manifest.exports ?? {})) delete entry['@cenote/source'];
    return manifest;
  },
};
