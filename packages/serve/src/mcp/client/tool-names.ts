import { hashOf } from '@heddle/core'

/** Longer names are cut: they stand in tables, addresses and files. */
const longest = 64

/**
 * What the commands of a server's tools are called: `read_file` is `ReadFile`. Tools whose names come to the same are told
 * apart by their hashes, all of them, so that no name ever passes from one tool to another one; so are those whose names are cut.
 *
 * @param names what is said otherwise
 * @returns the last part of a command's name by the name of the tool
 */
export function toolNames(
  tools: readonly string[],
  names: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const wanted = new Map(tools.map((tool) => [tool, Object.hasOwn(names, tool) ? names[tool]! : shortened(tool)]))
  const count = new Map<string, number>()
  for (const name of wanted.values()) count.set(name, (count.get(name) ?? 0) + 1)
  return new Map([...wanted].map(([tool, name]) => [tool, count.get(name) === 1 ? name : withHash(name, tool)]))
}

function shortened(tool: string): string {
  const name = pascal(tool)
  return name.length > longest ? withHash(name.slice(0, longest - 7), tool) : name
}

const withHash = (name: string, tool: string): string => `${name}X${hashOf(tool).slice(0, 6)}`

/** Words of letters and digits, each with a large first letter; a digit cannot be the first. */
function pascal(tool: string): string {
  const words = tool.match(/[A-Za-z0-9]+/g) ?? []
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^[A-Z]/.test(name) ? name : `Tool${name}`
}
