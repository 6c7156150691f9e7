import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { castInput, compileSchema, Issues, type Schema } from '@heddle/core'
import { shown } from '../app-file/shown.ts'

/** Where a value stands that is not written into the configuration file itself: `{ env: NAME }` or `{ file: path }`. */
export type Reference = { readonly env: string } | { readonly file: string }

/** What a reference led to. */
export type Referred = { readonly text: string; readonly from: string } | { readonly missing: string }

/** Whether a value is a reference. Where the type takes such an object itself, it is that object. */
export function isReference(value: unknown, type: Schema): value is Reference {
  if (typeof value !== 'object' || value === null) return false
  const [[name, target] = [], more] = Object.entries(value)
  if (more || (name !== 'env' && name !== 'file') || typeof target !== 'string') return false
  return compileSchema(type as never).run(castInput(type, value, 'json')) instanceof Issues
}

/** Reads what a reference names. A path counts from the folder of the configuration file; one newline at the end goes. */
export function readReference(
  reference: Reference,
  configFile: string,
  environment: Readonly<Record<string, string | undefined>>,
): Referred {
  if ('env' in reference) {
    const text = environment[reference.env]
    return text === undefined
      ? { missing: `the variable ${reference.env} is not set` }
      : { text, from: `variable ${reference.env}` }
  }
  const file = resolve(dirname(configFile), reference.file)
  try {
    return { text: readFileSync(file, 'utf8').replace(/\r?\n$/, ''), from: `file ${shown(file)}` }
  } catch (thrown) {
    return { missing: `the file ${shown(file)} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}` }
  }
}
