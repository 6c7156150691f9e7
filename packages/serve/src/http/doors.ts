import type { CommandSection } from '@heddle/core'
import type { SurfaceSection } from './surface-kind.ts'
import { pathOfCommand, pathOfVersion } from './versions.ts'

/** The methods and paths that lead to a command over HTTP: those of its name and its version, and the routes that are listed. */
export function commandDoors(command: CommandSection, sections: Readonly<Record<string, SurfaceSection>>): string[] {
  const { name, kind } = command
  const paths = [pathOfCommand(name), pathOfVersion(command)].filter((path) => path !== undefined)
  const doors = Object.values(sections).flatMap(({ surface, commands, routes }) => {
    if (surface !== 'http') return []
    const listed = Object.keys(routes).filter((route) => routes[route] === name)
    if (commands !== 'all') return listed
    const ways = kind === 'query' ? ['GET', 'POST'] : ['POST']
    return [...paths.flatMap((path) => ways.map((way) => `${way} ${path}`)), ...listed]
  })
  return [...new Set(doors)]
}

/** The paths at which what is mounted on HTTP surfaces leads to a command. */
export function mountDoors(
  command: string,
  mount: string,
  sections: Readonly<Record<string, SurfaceSection>>,
): string[] {
  return Object.values(sections).flatMap(({ commands, routes, mounts }) => {
    const path = mounts?.[mount]?.path
    const isServed = commands === 'all' || Object.values(routes).includes(command)
    return typeof path === 'string' && isServed ? [path] : []
  })
}
