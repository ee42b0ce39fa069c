import { join } from 'node:path';
import { Application, LogLevel, type ProjectReflection, TSConfigReader } from 'typedoc';
import type { EntryPoint } from './entry-points.js';

/** What TypeDoc made of the sources, and what it had to say. */
export interface Conversion {
  readonly project: ProjectReflection;
  /** Links in docstrings that lead nowhere, and whatever else TypeDoc warns of. */
  readonly warnings: readonly string[];
}

/**
 * Reads every docstring and type of the entry points.
 *
 * @param root the folder of the repository
 */
export async function convert(root: string, entries: readonly EntryPoint[]): Promise<Conversion> {
  const application = await Application.bootstrap(
    {
      entryPoints: entries.map(({ source }) => join(root, source)),
      tsconfig: join(root, 'apps', 'docs', 'tsconfig.reference.json'),
      basePath: root,
      disableGit: true,
      sourceLinkTemplate: '{path}#{line}',
      readme: 'none',
      sort: ['source-order'],
      alwaysCreateEntryPointModule: true,
      excludeInternal: true,
      excludePrivate: true,
      // The compiler has checked the sources already.
      skipErrorChecking: true,
      validation: { notExported: false, invalidLink: true, invalidPath: false },
      // `@param options.strict` documents a property that is taken apart in the parameter list: useful, and no mistake.
      logLevel: 'Warn',
    },
    [new TSConfigReader()],
  );
  const warnings: string[] = [];
  application.logger.log = (message: string, level: LogLevel) => {
    if (level >= LogLevel.Warn && !message.includes('which was not used')) warnings.push(message);
  };
  const project = await application.convert();
  if (project === undefined) throw new Error(`TypeDoc could not read the sources:\n${warnings.join('\n')}`);
  application.validate(project);
  return { project, warnings };
}
