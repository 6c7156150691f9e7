import { type TextForm, textFormOf } from '@heddle/core'
import type { z } from 'zod'

/** The forms in which values of a type are written where they are no JSON, e.g. decimals: each that occurs within it. */
export function textForms(schema: z.ZodType): readonly TextForm[] {
  const found = new Map<string, TextForm>()
  collect(schema, found, new Set())
  return [...found.values()]
}

function collect(part: unknown, found: Map<string, TextForm>, seen: Set<object>): void {
  if (typeof part !== 'object' || part === null || seen.has(part)) return
  seen.add(part)
  if (Array.isArray(part)) for (const each of part) collect(each, found, seen)
  else if ('_zod' in part) {
    const type = part as z.core.$ZodTypes
    const form = textFormOf(type)
    if (form) found.set(form.format, form)
    const { def } = type._zod
    collect(def.type === 'lazy' ? def.getter() : Object.values(def), found, seen)
  } else if (Object.getPrototypeOf(part) === Object.prototype) collect(Object.values(part), found, seen)
}
