import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemFailure } from '@heddle/core'
import { correctIt } from './blame.ts'
import { shown } from './shown.ts'

const nameIt = 'Name the file of the app with --app, or as heddle.app in package.json.'
const usual = ['app.ts', 'src/app.ts', 'app.js', 'src/app.js']

/**
 * Finds the file of the app: the one that is named, else `heddle.app` of the nearest package.json, else app.ts or
 * src/app.ts beside it.
 *
 * @throws {Failure} InvalidAppFile, saying where was looked
 */
export function findAppFile(folder: string, named?: string): string {
  if (named !== undefined) return existing(resolve(folder, named), 'there is no such file')
  const root = projectFolder(folder)
  const stated = statedIn(join(root, 'package.json'))
  if (stated !== undefined) {
    return existing(resolve(root, stated), 'there is no such file, although heddle.app in package.json names it')
  }
  for (const base of new Set([folder, root])) {
    for (const name of usual) if (isFile(join(base, name))) return join(base, name)
  }
  throw systemFailure('InvalidAppFile', {
    file: shown(folder),
    reason: `there is no app here: neither heddle.app in package.json nor ${usual.slice(0, 2).join(' nor ')}`,
    advice: nameIt,
  })
}

/** The nearest folder upwards that holds a package.json, or the folder itself. */
export function projectFolder(folder: string): string {
  for (let current = resolve(folder); ; current = dirname(current)) {
    if (existsSync(join(current, 'package.json'))) return current
    if (dirname(current) === current) return resolve(folder)
  }
}

function statedIn(file: string): string | undefined {
  if (!isFile(file)) return undefined
  const json = parse(file)
  const heddle = typeof json === 'object' && json !== null && 'heddle' in json ? json.heddle : undefined
  const stated = typeof heddle === 'object' && heddle !== null && 'app' in heddle ? heddle.app : undefined
  if (stated === undefined || typeof stated === 'string') return stated
  const reason = 'heddle.app is not the path of a file'
  throw systemFailure('InvalidAppFile', {
    file: shown(file),
    reason,
    advice: 'Write {"heddle": {"app": "src/app.ts"}}.',
  })
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw systemFailure('InvalidAppFile', { file: shown(file), reason, advice: correctIt }, { cause: thrown })
  }
}

function existing(file: string, reason: string): string {
  if (isFile(file)) return file
  const what = existsSync(file) ? 'it is a folder, not a file' : reason
  throw systemFailure('InvalidAppFile', { file: shown(file), reason: what, advice: nameIt })
}

const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
