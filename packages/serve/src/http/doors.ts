import type { CommandSection } from '@heddle/core'
import { pathOfCommand } from './endpoint.ts'
import type { SurfaceSection } from './surface-kind.ts'

/** The methods and paths that lead to a command over HTTP: that of its name, and the routes that are listed. */
export function commandDoors(
  { name, kind }: CommandSection,
  sections: Readonly<Record<string, SurfaceSection>>,
): string[] {
  const doors = Object.values(sections).flatMap(({ surface, commands, routes }) => {
    if (surface !== 'http') return []
    const listed = Object.keys(routes).filter((route) => routes[route] === name)
    if (commands !== 'all') return listed
    return [...(kind === 'query' ? ['GET', 'POST'] : ['POST']).map((way) => `${way} ${pathOfCommand(name)}`), ...listed]
  })
  return [...new Set(doors)]
}
