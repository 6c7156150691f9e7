import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openState } from '../state/open-state.ts'
import type { TaskState } from '../state/state.ts'

/** Where the state of a job is. */
export interface StatePlace {
  readonly name: string
  readonly folder: string
  readonly isKept: boolean
  /** Another one is begun where the state is built anew. */
  readonly generation: number
  /** About how much of it is in memory at a time, in bytes. */
  readonly memoryBytes?: number
}

const folderOf = ({ folder }: Pick<StatePlace, 'folder'>) => join(folder, 'jobs')

/** The file of a job's state. */
export const stateFile = (place: Pick<StatePlace, 'folder' | 'name' | 'generation'>): string =>
  join(folderOf(place), `${place.name}.${place.generation}.state`)

/** Opens the state of a job: in its file, or in memory where the app keeps nothing. */
export function openJobState(place: StatePlace): TaskState {
  const { isKept, memoryBytes } = place
  if (!isKept) return openState({ memoryBytes })
  mkdirSync(folderOf(place), { recursive: true })
  return openState({ file: stateFile(place), memoryBytes })
}

/** Removes the state files of a job, but for some generations. */
export function removeStateFiles(place: Pick<StatePlace, 'folder' | 'name'>, ...but: readonly number[]): void {
  let names: string[]
  try {
    names = readdirSync(folderOf(place))
  } catch {
    return
  }
  const kept = but.map((generation) => `${place.name}.${generation}.state`)
  for (const name of names) {
    const isOwn = name.startsWith(`${place.name}.`) && /^\d+\.state/.test(name.slice(place.name.length + 1))
    if (isOwn && !kept.some((start) => name.startsWith(start))) rmSync(join(folderOf(place), name), { force: true })
  }
}
