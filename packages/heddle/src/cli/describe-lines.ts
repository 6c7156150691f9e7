import { type CommandSection, type Coverage, deprecationText, type JsonSchema } from '@heddle/core'
import { typeTree } from '@heddle/serve'

/** A command for people: facts, types with their limits, errors with their keys, what it needs, how to call it. */
export function describeLines(
  section: CommandSection,
  compiled: Readonly<Record<string, Coverage>>,
  example: string,
): string[] {
  const { name, kind, summary, description, input, output, calls, uses, policies, possibleErrors } = section
  const lines = [`${name} (${kind})`]
  if (summary) lines.push(`  ${summary}`)
  if (description) lines.push('', ...description.split('\n').map((line) => `  ${line}`))
  lines.push('', `  ${facts(section)}`)
  if (section.deprecated) lines.push(`  ${deprecationText(section.deprecated)}`)
  if (section.exposes) lines.push(`  exposes ${section.exposes}`)
  if (section.requirements) lines.push(`  meets ${section.requirements.join(', ')}`)
  lines.push('', 'input', ...tree(input))
  if ('stream' in output) {
    const { item, final } = output.stream as { item: JsonSchema; final: JsonSchema }
    lines.push('', 'streams', ...tree(item), '', 'and then gives', ...tree(final))
  } else lines.push('', 'output', ...tree(output as JsonSchema))
  lines.push(...errorLines(section))
  if (possibleErrors.length > 0) {
    lines.push('', 'all errors that can come out, by key', ...possibleErrors.map((key) => `  ${key}`))
    if (section.morePossibleErrors) lines.push('  … and more from further down')
  }
  if (calls.length > 0) lines.push('', 'calls', ...calls.map((call) => `  ${call}`))
  if (uses.length > 0) lines.push('', 'uses', ...uses.map((use) => `  ${use}`))
  if (policies.length > 0) {
    lines.push('', 'policies', ...policies.map((policy) => `  ${policy.name} ${JSON.stringify(policy.config)}`))
  }
  lines.push('', 'compiled', ...Object.entries(compiled).flatMap(coverageLines))
  return [...lines, '', 'example', `  ${example}`]
}

function facts({ access, idempotent, destructive, version }: CommandSection): string {
  return [
    ...(version === undefined ? [] : [`version ${version}`]),
    access === 'rule'
      ? 'access decided by a rule'
      : access === 'closed'
        ? 'closed to callers from outside'
        : `access ${access}`,
    idempotent ? 'idempotent' : 'not idempotent',
    ...(destructive ? ['destructive'] : []),
  ].join(', ')
}

const tree = (schema: JsonSchema) => {
  const lines = typeTree(schema)
  return lines.some((line) => line.trim() !== '') ? lines : ['  nothing']
}

function errorLines({ errors }: CommandSection): string[] {
  const codes = Object.entries(errors)
  if (codes.length === 0) return []
  return [
    '',
    'errors',
    ...codes.flatMap(([code, { category, message, data, help }]) => [
      `  ${category}:${code}  ${message}`,
      ...typeTree(data, 6).filter((line) => line.trim() !== 'object'),
      ...(help ? [`      ${help}`] : []),
    ]),
  ]
}

function coverageLines([side, { compiled, total, fallbacks }]: [string, Coverage]): string[] {
  const share = total === 0 ? 100 : Math.floor((compiled * 100) / total)
  return [
    `  ${side}  ${share} % (${compiled} of ${total} nodes)`,
    ...fallbacks.map(({ path, kind }) => `    ${path === '' ? 'the whole' : path} is checked by Zod (${kind})`),
  ]
}
