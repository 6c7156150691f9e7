import type { App } from '@heddle/core'
import type { RemotePart, RemoteSection } from '@heddle/serve/remote'

/** Another app that is a part of this one. */
export interface Remote {
  readonly name: string
  readonly part: RemotePart
  readonly section: RemoteSection
}

/** The other apps that an app brings in, in the order of their names. */
export function remotesOf(app: App): readonly Remote[] {
  return app
    .parts()
    .parts.filter(({ kind }) => kind.name === 'remote')
    .map((part) => ({
      name: part.name,
      part: part as RemotePart,
      section: part.describe() as unknown as RemoteSection,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
