import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Defect } from '@heddle/core'
import { NotLoaded } from './import-file.ts'
import { shown } from './shown.ts'

/** Where loading failed and why, in words. */
export interface Blame {
  /** `app.ts:3:5`, as exact as is known. */
  readonly place: string
  readonly reason: string
  /** What to do about it. */
  readonly advice: string
}

/** For what is wrong in the text of a file, whose place is told. */
export const correctIt = 'Correct it there.'

/** Reads from what an import threw which file, line and column of the user's it is about. */
export function blame(thrown: unknown, file: string): Blame {
  if (thrown instanceof NotLoaded) return notLoaded(thrown, file)
  if (!(thrown instanceof Error))
    return { place: shown(file), reason: `it threw ${JSON.stringify(thrown)} while it was loaded`, advice: correctIt }
  const code = 'code' in thrown ? thrown.code : undefined
  if (code === 'ERR_MODULE_NOT_FOUND') return missingModule(thrown, file)
  const message = sentence(thrown.message)
  const frame = userFrame(thrown.stack ?? '')
  if (thrown instanceof SyntaxError) {
    // One with a frame of the user's comes from code that ran, e.g. from `JSON.parse`.
    const place = placeInHead(thrown.stack ?? '') ?? (frame ? undefined : placeInHead(uncaught(file)))
    if (place) return { place, reason: message, advice: correctIt }
  }
  const place = frame ?? shown(file)
  if (!(thrown instanceof Defect))
    return { place, reason: `it threw "${message}" while it was loaded`, advice: correctIt }
  const reason = thrown.code === 'InvalidPlan' ? planMistakes(thrown.message) : message
  return { place, reason, advice: thrown.help ?? correctIt }
}

/** Every mistake of a plan has a line and a place of its own. */
const planMistakes = (message: string) =>
  message.replaceAll(/^( *)(\/[^:\n]+)(?=:\d+:\d+ )/gm, (_all, blanks: string, path: string) => blanks + shown(path))

function notLoaded({ why, cause }: NotLoaded, file: string): Blame {
  if (why === 'waits') {
    const reason = 'an await outside of functions, in it or in what it imports, waits for something that never comes'
    return { place: shown(file), reason, advice: 'Wait in the body of a command instead.' }
  }
  const place = (cause instanceof Error && userFrame(cause.stack ?? '')) || shown(file)
  const said = cause instanceof Error ? `"${sentence(cause.message)}"` : JSON.stringify(cause)
  return {
    place,
    reason: `a promise that nobody awaited was rejected with ${said} while it was loaded`,
    advice: 'Await it.',
  }
}

/** Node prints the place of a syntax error above its name: path and line, the code, a caret. */
function placeInHead(stack: string): string | undefined {
  const [first = '', ...rest] = stack.split('\n')
  const [, path, line] = /^(file:.+|\/.+|[A-Za-z]:\\.+):(\d+)$/.exec(first) ?? []
  if (path === undefined || line === undefined) return undefined
  const caret = rest.slice(0, 4).find((text) => /^\s*\^+$/.test(text))
  const plain = path.startsWith('file:') ? fileURLToPath(path) : path
  return `${shown(plain)}:${line}${caret ? `:${caret.indexOf('^') + 1}` : ''}`
}

/**
 * What Node prints when it fails to load the file. For some errors it knows the place only where nobody catches them, so
 * another process has to fail. Nothing of the user's runs there: it is a syntax error that is looked for.
 */
function uncaught(file: string): string {
  const { stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 10_000 })
  return stderr.trimStart()
}

function missingModule(thrown: Error, file: string): Blame {
  const [, kind, wanted = '', from = file] =
    /Cannot find (module|package) '(.+?)' imported from (.+)$/m.exec(thrown.message) ?? []
  if (kind === 'package') {
    const reason = `it imports '${wanted}', which is not installed`
    return { place: placeOfImport(from, wanted), reason, advice: `Install it with npm install ${wanted}.` }
  }
  const reason = `it imports ${shown(wanted)}, which does not exist`
  return { place: placeOfImport(from, wanted.slice(wanted.lastIndexOf('/') + 1)), reason, advice: correctIt }
}

function placeOfImport(file: string, specifier: string): string {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    const index = lines.findIndex((line) => /from|import/.test(line) && line.includes(specifier))
    if (index >= 0) return `${shown(file)}:${index + 1}:${lines[index]!.indexOf(specifier) + 1}`
  } catch {
    // The file that imports is not readable either: its name has to do.
  }
  return shown(file)
}

/** Heddle's own files, and those of libraries, are where a mistake is found and not where it is. */
const ownPackages = ['core', 'data', 'types', 'pipeline', 'workflow', 'stream', 'serve']
let ownFolders: readonly string[] | undefined

/** Looked for when they are asked for: an app that was built has no packages beside it, and this code may be in its files. */
function foldersOfOurs(): readonly string[] {
  return (ownFolders ??= [
    ...ownPackages.map((short) => dirname(fileURLToPath(import.meta.resolve(`@heddle/${short}`)))),
    dirname(import.meta.dirname),
  ])
}

function userFrame(stack: string): string | undefined {
  for (const [, url, position] of stack.matchAll(/(?<=[\s(])(file:\/\/.+?|\/[^():]+):(\d+:\d+)\)?$/gm)) {
    const path = url!.startsWith('file:') ? fileURLToPath(url!) : url!
    if (path.includes('/node_modules/') || foldersOfOurs().some((folder) => path.startsWith(folder))) continue
    return `${shown(path)}:${position}`
  }
  return undefined
}

/** Messages of engines end without a full stop, and so does what is put into a sentence. */
const sentence = (message: string) => message.split('\n')[0]!.replace(/\.$/, '')
