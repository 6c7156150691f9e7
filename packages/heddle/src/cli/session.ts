import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type App, discover, type OpenApp, type OpenOptions, type Ports } from '@heddle/core'
import type { Io, OptionValues } from '@heddle/serve'
import { findAppFile, projectFolder } from '../app-file/find.ts'
import { loadAppFile } from '../app-file/load.ts'
import { withOperations } from '../commands/operations.ts'
import { type Configuration, readConfiguration } from '../config/read-configuration.ts'
import { terminalLog } from './terminal-log.ts'
import type { toolOptions } from './tool-options.ts'

/** What surrounds one run of the tool. */
export interface ToolEnvironment {
  readonly io: Io
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Asks the tool to end. */
  readonly signal: AbortSignal
  /** The file that starts the tool, for processes that it starts itself. */
  readonly entry: string
}

export interface ToolValues extends OptionValues<typeof toolOptions> {
  /** Values of the configuration that were given as options of their own: `name=value` each. */
  readonly flags?: readonly string[]
}

/** One run of the tool: which app it is about, and where that app's data lives. */
export class Session {
  readonly around: ToolEnvironment
  readonly values: ToolValues
  #app: Promise<App> | undefined
  #configuration: Promise<Configuration> | undefined

  constructor(around: ToolEnvironment, values: ToolValues) {
    this.around = around
    this.values = values
  }

  /** @throws {Failure} InvalidAppFile */
  get file(): string {
    return findAppFile(this.around.cwd, this.values.app ?? this.around.environment.HEDDLE_APP)
  }

  /** The app as declared, with the tool's commands and what other apps tell of theirs. Its file is loaded once. */
  app(): Promise<App> {
    return (this.#app ??= this.#load())
  }

  async #load(): Promise<App> {
    const { folder, root, mode } = this
    const environment = { ...this.around.environment }
    const declared = await discover(await loadAppFile(this.file), { folder, root, mode, environment })
    if (environment.HEDDLE_DEV === undefined || mode === 'production') return withOperations(declared)
    const { consolePage } = await import('@heddle/serve/console')
    return withOperations(declared, { mounts: [consolePage()] })
  }

  /** Where the app's data lives: beside the package.json that is nearest to its file, however the file is found. */
  get folder(): string {
    const { cwd, environment } = this.around
    const named = this.values.folder ?? environment.HEDDLE_FOLDER
    if (named !== undefined) return resolve(cwd, named)
    return resolve(this.root, '.heddle')
  }

  /** Where the app itself lives: the folder of the `package.json` that is nearest to its file. */
  get root(): string {
    return projectFolder(this.#near())
  }

  /** The folder of the app's file, which need not be there: `doctor` looks at the data all the same. */
  #near(): string {
    const { cwd, environment } = this.around
    const named = this.values.app ?? environment.HEDDLE_APP
    if (named !== undefined) return resolve(cwd, dirname(named))
    try {
      return dirname(this.file)
    } catch {
      return cwd
    }
  }

  get mode(): NonNullable<OpenOptions['mode']> {
    return this.values.mode === 'production' || (!this.values.mode && this.around.environment.NODE_ENV === 'production')
      ? 'production'
      : 'development'
  }

  /**
   * The configuration of the app, read once.
   *
   * @throws {Failure} InvalidConfig, InvalidUsage
   */
  configuration(): Promise<Configuration> {
    return (this.#configuration ??= this.#readConfiguration())
  }

  async #readConfiguration(): Promise<Configuration> {
    const { cwd, environment } = this.around
    const { config, set = [], flags } = this.values
    const file = config === undefined ? undefined : resolve(cwd, config)
    return readConfiguration(await this.app(), { file, folder: dirname(this.file), environment, sets: set, flags })
  }

  /** Opens the app in this process, or another one in its place. */
  async open(ports: Partial<Ports> = {}, other?: App): Promise<OpenApp> {
    const app = other ?? (await this.app())
    const { environment, io } = this.around
    return app.open({
      folder: this.folder,
      root: this.root,
      module: pathToFileURL(this.file).href,
      mode: this.mode,
      config: (await this.configuration()).values,
      environment: { ...environment },
      ports: { log: terminalLog(io.err, this.values.verbose ?? false), ...ports },
    })
  }
}

/** The same run, about the app in a file that was named as an argument. */
export const sessionFor = (session: Session, file: string | undefined): Session =>
  file === undefined ? session : new Session(session.around, { ...session.values, app: file })
