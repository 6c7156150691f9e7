import type { Json } from '@heddle/core'

/** A value as YAML. The library is loaded when it is first needed: most command lines never do. */
export async function formatYaml(value: Json): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
}
