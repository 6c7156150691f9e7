import type { CommandSection } from '@heddle/core'
import type { JsonSchema } from '../../../cli/json-schema.ts'
import { localName } from '../../generate/command-text.ts'
import { literalText } from '../../generate/literal-text.ts'
import { docComment } from '../../types/doc-comment.ts'
import { camelCase, pascalCase } from '../../types/names.ts'
import { labelOf } from '../runtime/form-fields.ts'
import { formFields } from './form-field.ts'

/**
 * The forms of the commands of a domain, each a component; nothing for queries, which are read and not filled in.
 *
 * @param file where the commands are, without a suffix
 */
export function formsText(commands: readonly CommandSection[], file: string): string | undefined {
  const filled = commands.filter(({ kind }) => kind === 'command')
  if (filled.length === 0) return undefined
  const values = filled.map((command) => camelCase(localName(command)))
  const types = filled.flatMap((command) => {
    const type = pascalCase(localName(command))
    return [`${type}Error`, `${type}Input`, `${type}Value`]
  })
  // Commands may be called as what is imported is.
  const taken = new Set([...values, ...filled.map((command) => `${pascalCase(localName(command))}Form`)])
  const [maker, component] = ['commandForm', 'CommandForm'].map((name) => (taken.has(name) ? `${name}_` : name))
  const as = (name: string, here: string) => (name === here ? name : `${name} as ${here}`)
  const imported = [...values.sort(), ...types.sort().map((type) => `type ${type}`)]
  return [
    `import {\n${imported.map((name) => `  ${name},\n`).join('')}} from './${file}.js'
import { ${as('commandForm', maker!)}, type ${as('CommandForm', component!)} } from './react.js'\n`,
    ...filled.map((command) => formText(command, maker!, component!)),
  ].join('\n')
}

function formText(command: CommandSection, maker: string, component: string): string {
  const type = pascalCase(localName(command))
  const facts = {
    title: labelOf(localName(command)),
    isDestructive: command.destructive ? true : undefined,
    ...formFields(command.input as JsonSchema),
  }
  const doc = docComment(command.summary === undefined ? undefined : `A form: ${command.summary}`)
  const made = `/* @__PURE__ */ ${maker}(${camelCase(localName(command))}, ${literalText(facts)})`
  return `${doc}export const ${type}Form: ${component}<${type}Input, ${type}Value, ${type}Error> = ${made}\n`
}
