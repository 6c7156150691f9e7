import { type App, isApp, isCommand, systemFailure } from '@heddle/core'
import { blame } from './blame.ts'
import { importFile, type Module } from './import-file.ts'
import { shown } from './shown.ts'

/**
 * Loads an app from its file.
 *
 * @throws {Failure} InvalidAppFile, with file, line and what was expected
 */
export async function loadAppFile(file: string): Promise<App> {
  let module: Module
  try {
    module = await importFile(file)
  } catch (thrown) {
    const { place, reason, advice } = blame(thrown, file)
    throw systemFailure('InvalidAppFile', { file: place, reason, advice }, { cause: thrown })
  }
  const found = module.default
  if (isApp(found)) return found
  throw systemFailure('InvalidAppFile', {
    file: shown(file),
    reason: `${whatIs(module)}, but an app was expected`,
    advice: 'The file of an app ends in `export default app(…)`.',
  })
}

function whatIs(module: Module): string {
  const value = module.default
  if (!('default' in module)) {
    const names = Object.keys(module)
    const apps = names.filter((name) => isApp(module[name]))
    if (apps.length > 0) return `it has no default export (the app is exported as ${apps.join(', ')})`
    return names.length === 0 ? 'it exports nothing' : `it has no default export (it exports ${names.join(', ')})`
  }
  if (typeof value === 'object' && value !== null) {
    if (isCommand(value)) return `its default export is the command ${value.name}`
    if ('callByName' in value) return 'its default export is an app that is open already'
    return 'its default export is another object'
  }
  if (typeof value === 'function') return 'its default export is a function'
  return `its default export is ${JSON.stringify(value) ?? 'undefined'}`
}
