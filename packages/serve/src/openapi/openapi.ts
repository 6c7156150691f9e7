import { type CommandSection, Defect, type Json, type Manifest } from '@heddle/core'
import type { SurfaceSection } from '../http/surface-kind.ts'
import { addressesOf } from './addresses.ts'
import { Components } from './components.ts'
import type { OpenApiDocument, Operation } from './document.ts'
import { usedHeaders, usedParameters } from './headers.ts'
import { operationOf } from './operation.ts'
import { problemSchemas } from './problem-schemas.ts'
import { servingOf } from './serving.ts'

/** How a document is made. */
export interface OpenApiOptions {
  /** The surface that is described, by its name. @default the only one that serves HTTP */
  readonly surface?: string
  /** Where it is served. @default '/': where the document comes from */
  readonly url?: string
}

/**
 * Describes what an app serves over HTTP as OpenAPI 3.1: made from its manifest, so it needs no running app.
 *
 * @throws {Defect} MissingPart, where the app serves nothing over HTTP
 * @example const document = openApi(bank.manifest, { url: 'https://bank.example' })
 */
export function openApi(manifest: Manifest, { surface, url = '/' }: OpenApiOptions = {}): OpenApiDocument {
  const surfaces = (manifest.parts.surface ?? {}) as Readonly<Record<string, Json>>
  return documentOf(manifest, findSurface(manifest.app, surfaces, surface), url)
}

/** The document of one surface of an app. */
export function documentOf({ app, hash, parts }: Manifest, section: SurfaceSection, url = '/'): OpenApiDocument {
  const { security = {} } = section
  const commands = (parts.command ?? {}) as Readonly<Record<string, Json>> as Readonly<Record<string, CommandSection>>
  const components = new Components()
  const serving = servingOf(section, parts)
  const paths: Record<string, Record<string, Operation>> = {}
  const tags = new Set<string>()
  for (const address of addressesOf(section, commands)) {
    const { path, method, command } = address
    tags.add(command.domain)
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: operationOf(address, serving, components),
    }
  }
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return {
    openapi: '3.1.1',
    info: { title: app, version: hash.slice(0, 12), description },
    servers: [{ url }],
    tags: [...tags].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...problemSchemas, ...components.schemas },
      parameters: usedParameters(serving),
      headers: usedHeaders(serving),
      responses: { Problem: { description: 'The call did not succeed.', content: problem } },
      ...(Object.keys(security).length > 0 && { securitySchemes: security }),
    },
  }
}

const description =
  'Every operation is a typed command. A failed call answers with problem details (RFC 9457) that list every error with ' +
  'its code, path and data. Any command answers with lines of JSON to `Accept: application/x-ndjson`; a body of such lines is a call for each line. The version is ' +
  'the hash of what the app consists of.'

function findSurface(app: string, surfaces: Readonly<Record<string, Json>>, name?: string): SurfaceSection {
  const found = Object.entries(surfaces).find(
    ([own, section]) => (section as unknown as SurfaceSection).surface === 'http' && (name ?? own) === own,
  )
  if (found) return found[1] as unknown as SurfaceSection
  const missing = name === undefined ? 'the part http()' : `an HTTP surface of the name "${name}"`
  throw new Defect('MissingPart', { name: `The OpenAPI document of ${app}`, missing })
}
