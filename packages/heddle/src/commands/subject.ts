import {
  type App,
  Defect,
  type OpenApp,
  type Part,
  type PartKind,
  port,
  type Ports,
  type Transactions,
} from '@heddle/core'

/** The app that the commands of the domain `heddle` are about. */
export interface Subject {
  /** @throws {Failure} InvalidAppFile, where it is loaded from a file */
  app(): App | Promise<App>
  /** Where the app's data lives. */
  readonly folder: string
  /** The folder of the app itself. */
  readonly root: string
  /** Those of the app in which the commands run. */
  readonly transactions?: Transactions
  /** The ports of that app. */
  readonly ports?: Ports
  /** The app in which the commands run. */
  readonly running?: OpenApp
}

/** Port of the app that the commands of the domain `heddle` are about. */
export const SubjectPort = port<Subject>('heddle.Subject', { external: false })

/** Which app it is about is nothing that anybody outside depends on. */
const subjectKind: PartKind = { name: 'subject', compare: () => [] }

/** Gives the commands of the domain `heddle` the app that they are about. The folder is that of the app they run in. */
export function subjectPart(app: Subject['app']): Part {
  const service: { -readonly [Field in keyof Subject]: Subject[Field] } = { app, folder: '.heddle', root: '.' }
  return {
    kind: subjectKind,
    name: SubjectPort.name,
    describe: () => ({}),
    provides: { port: SubjectPort, service },
    open({ folder, root, ports }) {
      service.folder = folder
      service.root = root
      service.transactions = ports.transactions
      service.ports = ports
    },
    opened(running) {
      service.running = running
    },
    simulated: () => subjectPart(app),
  }
}

/**
 * The app in which the commands run.
 *
 * @throws {Defect} MissingPart, where it is not open
 */
export function runningApp({ running }: Subject): OpenApp {
  if (!running) throw new Defect('MissingPart', { name: SubjectPort.name, missing: 'an open app' })
  return running
}
