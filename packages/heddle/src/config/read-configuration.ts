import {
  type App,
  castInput,
  compileSchema,
  type ConfigField,
  configFields,
  configTypeOf,
  Issues,
  type Json,
  jsonSchemaOf,
  mask,
  type PathSegment,
  type Schema,
  systemFailure,
  toJson,
  toldIssue,
} from '@heddle/core'
import { didYouMean, flagsOf, suggest, usageFailure } from '@heddle/serve'
import { shown } from '../app-file/shown.ts'
import { configFailure, findConfigFile, readConfigFile } from './config-file.ts'
import { ConfigLayers, type ConfigProblem, readSetFlag, type SetFlag, valueAt } from './config-layers.ts'
import { portHint } from './port-hint.ts'

/** Where the values of a configuration are looked for. */
export interface ConfigWanted {
  /** The file that is named. @default the one in `folder`, if there is one */
  readonly file?: string
  /** The folder of the app file. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `name=value`, as given to `--set`. */
  readonly sets: readonly string[]
  /** `name=value`, as given by options of their own. They win over `sets`. */
  readonly flags?: readonly string[]
}

/** One value of a configuration, for people: what is secret is masked. */
export interface ConfigEntry {
  readonly name: string
  /** Missing where it is not set. */
  readonly value?: Json
  readonly source: string
  readonly variables: readonly string[]
}

/** A configuration that fits its type. */
export interface Configuration {
  readonly file?: string
  /** As the app is to be opened with. */
  readonly values: Record<string, unknown>
  readonly entries: readonly ConfigEntry[]
}

/**
 * Reads the configuration of an app: flags win over the environment, which wins over the file, which wins over the
 * defaults of the type.
 *
 * @throws {Failure} InvalidConfig, with every value that does not fit and where it stands; InvalidUsage
 */
export async function readConfiguration(app: App, wanted: ConfigWanted): Promise<Configuration> {
  const type = configTypeOf(app.definition.config)
  const sets = wanted.sets.map(readSetFlag)
  const path = wanted.file ?? findConfigFile(wanted.folder)
  const flags = wanted.flags?.map(readSetFlag) ?? []
  if (!type) return nothingWanted(path, wanted.sets, flags)
  const fields = configFields(type, app.name)
  const layers = new ConfigLayers(fields)
  if (path !== undefined) {
    const file = await readConfigFile(path)
    if (!isObject(file.value)) throw configFailure(`${shown(path)} holds no names with values`)
    await layers.addFile(file, wanted.environment)
  }
  layers.addEnvironment(wanted.environment)
  for (const set of sets) layers.addSet(set)
  for (const flag of flags) layers.addFlag(flag)
  const values = layers.valuesFor(type)
  const checked = compileSchema(type as never, { unknownKeys: 'strict' }).run(castInput(type, values, 'json'))
  const problems = [...layers.problems, ...(checked instanceof Issues ? issuesOf(type, checked, fields, layers) : [])]
  if (problems.length > 0) throw notFitting(type, problems, fields)
  return { file: path, values, entries: entriesOf(fields, layers, mask(type, checked, 'output')) }
}

function nothingWanted(file: string | undefined, sets: readonly string[], [flag]: readonly SetFlag[]): Configuration {
  if (flag) throw usageFailure(`unknown option '--${flag.name}'${portHint(flag.name, flag.text)}`)
  const [given] = [...(sets.length > 0 ? ['--set'] : []), ...(file === undefined ? [] : [shown(file)])]
  if (given !== undefined) throw configFailure(`${given} gives values, but the app declares no configuration`)
  return { values: {}, entries: [] }
}

function issuesOf(type: Schema, { issues }: Issues, fields: readonly ConfigField[], layers: ConfigLayers) {
  return issues.flatMap((issue): ConfigProblem[] => {
    const at = issue.path as PathSegment[]
    if (issue.code !== 'unrecognized_keys') {
      // What is said of a reference that leads nowhere is said.
      const isKnown = layers.problems.some(({ path }) => path.every((segment, index) => at[index] === segment))
      return isKnown ? [] : [{ ...toldIssue(type, issue), source: layers.sourceOf(at) }]
    }
    const inside = fields.filter(({ path }) => at.every((segment, index) => path[index] === segment))
    const names = new Set(inside.flatMap(({ path }) => path[at.length] ?? []))
    return issue.keys.map((key) => ({
      path: [...at, key],
      message: `there is no such value${didYouMean(suggest(key, names))}`,
      source: layers.sourceOf([...at, key]),
    }))
  })
}

function notFitting(type: Schema, problems: readonly ConfigProblem[], fields: readonly ConfigField[]) {
  const expected = new Map(flagsOf(jsonSchemaOf(type, 'input')).map((flag) => [flag.path.join('.'), flag.type]))
  const told = problems.map(({ path, message, source }) => {
    const name = path.join('.')
    const wanted = expected.get(name)
    return {
      path,
      message,
      ...(wanted === undefined ? {} : { expected: wanted }),
      source: source?.told ?? missingText(name, fields),
      ...(source?.file === undefined ? {} : { file: source.file, ...source.position }),
    }
  })
  const reason = told
    .map(({ path, message, expected: wanted, source }) => {
      const text = `${path.join('.')} (${source}): ${message.replace(/\.$/, '')}`
      if (text.endsWith('?')) return text
      return wanted === undefined ? `${text}.` : `${text}; expected is ${wanted}.`
    })
    .join(' ')
  const message = `The configuration is not valid: ${reason}`
  return systemFailure('InvalidConfig', { reason, problems: told }, { message })
}

function missingText(name: string, fields: readonly ConfigField[]): string {
  const [variable] = fields.find(({ path }) => path.join('.') === name)?.variables ?? []
  if (variable !== undefined) return `not set; it can be given as ${variable} or --set ${name}=…`
  const inside = fields.map(({ path }) => path.join('.')).filter((each) => each.startsWith(`${name}.`))
  return inside.length === 0 ? 'not set' : `not set; it holds ${new Intl.ListFormat('en').format(inside)}`
}

const entriesOf = (fields: readonly ConfigField[], layers: ConfigLayers, shownValues: unknown): ConfigEntry[] =>
  fields.map(({ path, variables }) => {
    const value = valueAt(shownValues, path)
    const source = layers.sourceOf(path)?.told ?? (value === undefined ? 'not set' : 'default')
    return { name: path.join('.'), ...(value === undefined ? {} : { value: toJson(value) }), source, variables }
  })

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
