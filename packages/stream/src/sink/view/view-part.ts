import { type OpenApp, type Part, type PartKind, type Port, port } from '@heddle/core'
import { LiveView } from './live-view.ts'

/** What a view shows is decided by its job, which is compared by itself. */
const viewKind: PartKind = { name: 'view', compare: () => [] }

/** A view as a part of an app: each opened app has one of its own. */
export interface ViewPart extends Part {
  readonly view?: LiveView
}

/** `top` as a noun: `Top`. */
export const viewNoun = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

/** The full name of a view of a job, e.g. `flights.Top`. */
export const viewName = (job: string, name: string): string =>
  `${job.slice(0, job.lastIndexOf('.') + 1)}${viewNoun(name)}`

/** The port by which commands read a view. */
export const viewPort = (name: string): Port<LiveView> => ({
  ...port<LiveView>(`${name}.View`, { external: false }),
  watch: (view, changed) => view.onChange(changed),
})

/** Gives an app the view behind a port. */
export function viewPart(name: string, of: Port<LiveView>, limit: number): Part {
  const part: Part = {
    kind: viewKind,
    name,
    inside: true,
    describe: () => ({ limit }),
    provides: { port: of, service: undefined },
    instance(): ViewPart {
      const view = new LiveView(limit)
      return { ...part, view, provides: { port: of, service: view } }
    },
    simulated: () => part,
  }
  return part
}

/** The view of an open app; undefined where it has none of this name. */
export const viewIn = (app: OpenApp, name: string): LiveView | undefined =>
  (app.parts.find((part) => part.kind === viewKind && part.name === name) as ViewPart | undefined)?.view
