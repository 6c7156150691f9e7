import type { AnyCommand, OpenApp } from '@heddle/core'

/** Whether nobody outside of the app may call a command. For them it is not there: else its name could be guessed. */
export const isClosed = ({ access }: Pick<AnyCommand, 'access'>): boolean => access === undefined

/** The command of a name, where it is there for callers from outside. In development the log says why one is not. */
export function openCommand(app: Pick<OpenApp, 'commands' | 'mode' | 'ports'>, name: string): AnyCommand | undefined {
  const command = app.commands.get(name)
  if (command === undefined || !isClosed(command)) return command
  tellClosed(app, name, 'somebody asked for it')
  return undefined
}

/** What was told of which app: once is enough. */
const told = new WeakMap<Pick<OpenApp, 'ports'>, Set<string>>()

/** Tells whoever develops the app why callers are answered as if a command were not there. */
export function tellClosed(app: Pick<OpenApp, 'mode' | 'ports'>, name: string, why: string): void {
  if (app.mode !== 'development') return
  const known = told.get(app) ?? new Set()
  told.set(app, known)
  if (known.has(`${name} ${why}`)) return
  known.add(`${name} ${why}`)
  const what = `${name} is closed, so that from outside it is not there: state its \`access\` if others may call it`
  app.ports.log.write('info', `${what} (${why})`, { command: name })
}
