import { fieldText } from './body.ts'

/** An input as the query of an address, with its `?`: fields of fields by dots, lists by repetition. */
export function queryText(input: unknown): string {
  const pairs: string[] = []
  if (typeof input === 'object' && input !== null) addAll(pairs, '', input)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function addAll(pairs: string[], start: string, fields: object): void {
  for (const [field, value] of Object.entries(fields) as [string, unknown][]) add(pairs, start + field, value)
}

function add(pairs: string[], name: string, value: unknown): void {
  if (value === undefined) return
  if (Array.isArray(value) && value.length > 0) for (const each of value) pairs.push(pair(name, fieldText(each)))
  else if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    addAll(pairs, `${name}.`, value)
  else pairs.push(pair(name, fieldText(value)))
}

const pair = (name: string, value: string): string => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
