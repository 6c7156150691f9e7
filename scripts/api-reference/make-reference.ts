import { globSync, rmSync } from 'node:fs'
import { brokenLinks } from './broken-links.ts'
import { exportsOf } from './documented.ts'
import type { EntryPoint } from './entry-points.ts'
import { loadTypedoc } from './typedoc.ts'

/** What a reference is made of, and where it is written. */
export interface ReferenceOptions {
  readonly name: string
  /** The folder that the paths in it count from. */
  readonly root: string
  readonly tsconfig: string
  readonly entries: readonly EntryPoint[]
  /** Everything in it goes first. */
  readonly out: string
}

/** What came of it. */
export interface Made {
  readonly pages: number
  readonly exported: number
  readonly documented: number
  /** What is wrong, a sentence each. */
  readonly findings: readonly string[]
}

/** Writes the reference of modules from the comments in their source, with a search. It works without a server. */
export async function makeReference({ name, root, tsconfig, entries, out }: ReferenceOptions): Promise<Made> {
  const { Application, LogLevel } = await loadTypedoc()
  const app = await Application.bootstrap({
    name,
    basePath: root,
    tsconfig,
    entryPoints: entries.map(({ file }) => file),
    alwaysCreateEntryPointModule: true,
    sortEntryPoints: false,
    readme: 'none',
    // The compiler of this repository has checked the types already.
    skipErrorChecking: true,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    excludeExternals: true,
    excludePrivate: true,
    includeHierarchySummary: false,
    githubPages: false,
    hideGenerator: true,
    searchInComments: true,
    validation: { invalidLink: true, invalidPath: true, notExported: false, notDocumented: false },
  })
  const findings: string[] = []
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) findings.push(message)
  }
  const project = await app.convert()
  if (!project) throw new Error(`the reference cannot be made: ${findings.join('\n')}`)
  const modules = project.children ?? []
  for (const module of modules) {
    const entry = entries.find(({ file }) => module.sources?.some(({ fullFileName }) => fullFileName === file))
    if (entry) module.name = entry.name
  }
  // Where something stands is told and no link: a reference on a disk does not know where the source is kept.
  for (const { sources = [] } of Object.values(project.reflections)) for (const source of sources) delete source.url
  app.validate(project)
  rmSync(out, { recursive: true, force: true })
  await app.generateDocs(project, out)
  const exported = exportsOf(modules, root)
  const documented = exported.filter(({ isDocumented }) => isDocumented)
  for (const { name: undocumented, at, isDocumented } of exported) {
    if (!isDocumented) findings.push(`${at}: ${undocumented} is public and has no comment: say what it is for`)
  }
  return {
    pages: globSync('**/*.html', { cwd: out }).length,
    exported: exported.length,
    documented: documented.length,
    findings: [...findings, ...brokenLinks(out)],
  }
}
