import type { Json } from '@heddle/core'

/** A parameter of an operation: in the query, the path or a header. */
export type Parameter = Readonly<Record<string, Json>>

/** A way to sign in, as OpenAPI writes it. */
export type SecurityScheme = Readonly<Record<string, Json>>

/** One method of one path. */
export type Operation = Readonly<Record<string, Json | undefined>>

/** An OpenAPI 3.1 document, as far as it is made here. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly headers?: Readonly<Record<string, Json>>
    readonly responses: Readonly<Record<string, Json>>
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>
  }
}
