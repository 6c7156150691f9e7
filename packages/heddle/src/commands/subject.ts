import { type AnyCommand, type App, type CommandFacts, isCommand, port } from '@heddle/core'

/** The app that the commands of the domain `heddle` are about. */
export interface Subject {
  /** @throws {Failure} InvalidAppFile, where it is loaded from a file */
  app(): App | Promise<App>
}

/** Port of the app that the commands of the domain `heddle` are about. */
export const SubjectPort = port<Subject>('heddle.Subject', { external: false })

/** The commands of a declared app, by full name, without opening it. */
export function declaredCommands({ definition }: App): ReadonlyMap<string, AnyCommand & CommandFacts> {
  const found = new Map<string, AnyCommand & CommandFacts>()
  const visit = (item: unknown, depth: number) => {
    if (isCommand(item)) found.set(item.name, item)
    else if (depth > 0 && typeof item === 'object' && item !== null)
      for (const member of Object.values(item)) visit(member, depth - 1)
  }
  for (const item of definition.parts) visit(item, 1)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
