import type { CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import type { Port } from '../ports/port.ts'
import type { Collected } from './collect.ts'

/**
 * Checks that everything a command needs is there and that domains depend one way.
 *
 * @throws {Defect} MissingPart, UndeclaredDependency, DomainCycle
 */
export function assertWhole({ commands, domains, parts, config }: Collected): void {
  const provided = new Set<Port>(parts.flatMap(({ provides }) => (provides ? [provides.port] : [])))
  if (config) provided.add(config)
  const edges = new Map<string, Set<string>>()

  for (const command of commands.values()) {
    const { use } = command.deprecated ?? {}
    if (use !== undefined && !commands.has(use)) throw missing(command, `the command ${use}, to use in its place`)
    for (const callee of command.calls) {
      if (!commands.has(callee.name)) throw missing(command, `the command ${callee.name}`)
      if (callee.domain !== command.domain) edge(command.domain, callee.domain)
    }
    for (const port of command.uses) {
      if (!port.bind && !provided.has(port)) throw missing(command, `a service for the port ${port.name}`)
    }
  }
  for (const { name, dependsOn } of domains.values()) {
    for (const other of edges.get(name) ?? []) {
      if (!dependsOn.includes(other)) throw new Defect('UndeclaredDependency', { domain: name, other })
    }
    for (const other of dependsOn) edge(name, other)
  }
  assertOneWay(edges)

  function edge(from: string, to: string): void {
    let targets = edges.get(from)
    if (!targets) edges.set(from, (targets = new Set()))
    targets.add(to)
  }
}

const missing = ({ name }: CommandFacts, what: string) => new Defect('MissingPart', { name, missing: what })

/** Depth-first search: a domain met again on the way down closes a circle. */
function assertOneWay(edges: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>()
  const visit = (domain: string, way: readonly string[]): void => {
    if (way.includes(domain)) {
      throw new Defect('DomainCycle', { cycle: [...way.slice(way.indexOf(domain)), domain].join(' → ') })
    }
    if (done.has(domain)) return
    for (const next of edges.get(domain) ?? []) visit(next, [...way, domain])
    done.add(domain)
  }
  for (const domain of edges.keys()) visit(domain, [])
}
