import { type DeclarationReflection, type ProjectReflection, type Reflection, ReflectionKind } from 'typedoc';
import type { EntryPoint } from './entry-points.js';
import { type Topic, topicOf } from './topics.js';

/** Something that is exported: one section of a page. */
export interface Entry {
  /** As a program writes it: `maxPool2d`, `init.kaimingUniform`. */
  readonly name: string;
  readonly topic: Topic;
  readonly declaration: DeclarationReflection;
}

/** A name that can be imported, and the page for it. */
export interface Export {
  readonly specifier: string;
  readonly name: string;
  /** The entry, or undefined for a whole package that is exported under one name (`nn`). */
  readonly entry: Entry | undefined;
  readonly address: string;
}

/** Everything that is exported, each with one place of its own however many packages pass it on. */
export interface Entries {
  readonly entries: readonly Entry[];
  readonly exports: readonly Export[];
  /** The address of an export or a member of one. */
  locate(reflection: Reflection): string | undefined;
}

/** Finds the entries in what TypeDoc read. */
export function collectEntries(project: ProjectReflection, entryPoints: readonly EntryPoint[]): Entries {
  const byDeclaration = new Map<Reflection, Entry>();
  const exports: Export[] = [];
  const modules = new Map<Reflection, EntryPoint>();
  for (const module of project.children ?? []) {
    const point = entryPoints.find(({ source }) => source === module.sources?.[0]?.fileName);
    if (point !== undefined) modules.set(module, point);
  }

  const add = (specifier: string, child: DeclarationReflection, prefix: string): void => {
    const target = child.isReference() ? child.getTargetReflectionDeep() : child;
    const name = prefix + child.name;
    const whole = modules.get(target);
    if (whole !== undefined) {
      exports.push({ specifier, name, entry: undefined, address: packageAddress(whole.package) });
      return;
    }
    if (!target.isDeclaration()) return;
    const entry = byDeclaration.get(target) ?? { name, topic: topicOf(sourceOf(target)), declaration: target };
    byDeclaration.set(target, entry);
    exports.push({ specifier, name, entry, address: addressOf(entry) });
    if (target.kind === ReflectionKind.Namespace) {
      for (const member of target.children ?? []) add(specifier, member, `${name}.`);
    }
  };
  // The package that something was written in names it; the front door and others pass it on.
  for (const [module, point] of modules) {
    if (module.isDeclaration()) for (const child of module.children ?? []) add(point.specifier, child, '');
  }

  const locate = (reflection: Reflection): string | undefined => {
    const whole = modules.get(reflection);
    if (whole !== undefined) return packageAddress(whole.package);
    const target = reflection.isReference() ? reflection.getTargetReflectionDeep() : reflection;
    const entry = byDeclaration.get(target);
    if (entry !== undefined) return addressOf(entry);
    if (target.parent === undefined) return undefined;
    const parent = target.parent;
    const owner = byDeclaration.get(parent);
    if (owner !== undefined && !target.isSignature()) return `${addressOf(owner)}.${target.name}`;
    return locate(parent);
  };
  return { entries: [...byDeclaration.values()], exports, locate };
}

/** Where a package's list of exports is. */
export function packageAddress(name: string): string {
  return `/reference/api/${name.replace('@cenote/', '')}/`;
}

/** Where an entry is described. */
export function addressOf({ topic, name }: Pick<Entry, 'topic' | 'name'>): string {
  return `/reference/api/${topic.path}#${name}`;
}

/** The file that something was written in, from the root of the repository. */
export function sourceOf(declaration: DeclarationReflection): string {
  const source = declaration.sources?.[0] ?? declaration.signatures?.[0]?.sources?.[0];
  if (source === undefined) throw new Error(`${declaration.name} has no source`);
  return source.fileName;
}
