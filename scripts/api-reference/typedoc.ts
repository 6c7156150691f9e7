import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What is used of a reflection, TypeDoc's word for something that is declared. */
export interface Reflection {
  name: string
  readonly children?: readonly Reflection[]
  readonly signatures?: readonly Reflection[]
  readonly sources?: readonly {
    readonly fullFileName: string
    readonly fileName: string
    readonly line: number
    url?: string
  }[]
  readonly type?: { readonly declaration?: Reflection }
  hasComment(): boolean
  isReference(): boolean
  /** Of a reference: what it leads to. */
  tryGetTargetReflectionDeep?(): Reflection | undefined
}

/** What is used of all that is declared together. */
export interface Project extends Reflection {
  readonly reflections: Readonly<Record<number, Reflection>>
}

/** What is used of an application of TypeDoc. */
export interface Application {
  readonly logger: { log(message: string, level: number): void }
  convert(): Promise<Project | undefined>
  validate(project: Project): void
  generateDocs(project: Project, out: string): Promise<void>
}

interface Typedoc {
  readonly Application: { bootstrap(options: Readonly<Record<string, unknown>>): Promise<Application> }
  readonly LogLevel: { readonly Warn: number }
}

/** Loads TypeDoc out of this folder's own packages: it needs a compiler that is older than ours. */
export function loadTypedoc(): Promise<Typedoc> {
  const found = createRequire(join(import.meta.dirname, 'package.json')).resolve('typedoc')
  return import(pathToFileURL(found).href) as Promise<Typedoc>
}
