import { type AnyCommand, type App, type CommandFacts, isCommand, type Part, type PartKind, port } from '@heddle/core'

/** The app that the commands of the domain `heddle` are about. */
export interface Subject {
  /** @throws {Failure} InvalidAppFile, where it is loaded from a file */
  app(): App | Promise<App>
  /** Where the app's data lives. */
  readonly folder: string
}

/** Port of the app that the commands of the domain `heddle` are about. */
export const SubjectPort = port<Subject>('heddle.Subject', { external: false })

/** Which app it is about is nothing that anybody outside depends on. */
const subjectKind: PartKind = { name: 'subject', compare: () => [] }

/** Gives the commands of the domain `heddle` the app that they are about. The folder is that of the app they run in. */
export function subjectPart(app: Subject['app']): Part {
  const service = { app, folder: '.heddle' }
  return {
    kind: subjectKind,
    name: SubjectPort.name,
    describe: () => ({}),
    provides: { port: SubjectPort, service },
    open: ({ folder }) => void (service.folder = folder),
    simulated: () => subjectPart(app),
  }
}

/** The commands of a declared app, by full name, without opening it. */
export function declaredCommands({ definition }: App): ReadonlyMap<string, AnyCommand & CommandFacts> {
  const found = new Map<string, AnyCommand & CommandFacts>()
  const visit = (item: unknown, depth: number) => {
    if (isCommand(item)) found.set(item.name, item)
    else if (depth > 0 && typeof item === 'object' && item !== null) {
      for (const member of Object.values(item)) visit(member, depth - 1)
    }
  }
  for (const item of definition.parts) visit(item, 1)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
