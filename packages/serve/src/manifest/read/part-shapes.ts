import { z } from 'zod'
import { Type } from './type-shape.ts'

/** Names become source code in modules that are written, paths of files, and addresses in calls: only such as core takes are read. */
const name = (form: RegExp, reason: string) => z.string().max(200).regex(form, reason)
const Command = name(/^(?:[a-z][A-Za-z0-9]*\.){1,2}[A-Z][A-Za-z0-9]*$/, 'a command is called like billing.Charge')
const Event = name(
  /^(?:[a-z][A-Za-z0-9]*\.){1,2}[A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)?$/,
  'an event is called like billing.Charged',
)
const Part = name(/^[\p{L}\p{N}][\p{L}\p{N} ._@:+-]*$/u, 'a name of letters and digits was expected')
const Code = z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'an error code is written in PascalCase')
const Texts = z.array(z.string())

const ErrorType = z.looseObject({
  data: Type,
  category: z.string(),
  severity: z.string(),
  message: z.string(),
  help: z.string().optional(),
})
const Streamed = z.strictObject({ stream: z.looseObject({ item: Type, final: Type }) })

const CommandSection = z.looseObject({
  name: Command,
  domain: z.string(),
  kind: z.enum(['command', 'query']),
  summary: z.string().optional(),
  description: z.string().optional(),
  idempotent: z.boolean(),
  destructive: z.boolean(),
  access: z.string(),
  input: Type,
  output: z.union([Streamed, Type.extend({ stream: z.undefined().optional() })]),
  errors: z.record(Code, ErrorType),
  calls: Texts,
  uses: Texts,
  emits: Texts.optional(),
  policies: z.array(z.looseObject({ name: z.string() })),
  madeFrom: z.looseObject({ template: z.string() }).optional(),
  version: z.number().optional(),
  deprecated: z.looseObject({ since: z.string(), sunset: z.string().optional(), use: Command.optional() }).optional(),
  exposes: Command.optional(),
  begins: z.looseObject({ awaits: Command, status: Command, watch: Command, calls: Command.optional() }).optional(),
  examples: z.array(z.unknown()),
  errorExamples: z.record(z.string(), z.unknown()).optional(),
  requirements: Texts.optional(),
  possibleErrors: Texts,
  hash: z.string(),
})

const EventSection = z.looseObject({
  name: Event,
  domain: z.string(),
  summary: z.string().optional(),
  version: z.number().optional(),
  access: z.string().optional(),
  data: Type,
  requirements: Texts.optional(),
  hash: z.string(),
})

const EntitySection = z.looseObject({
  summary: z.string().optional(),
  key: z.string(),
  fields: z.record(z.string(), z.looseObject({ kind: z.string(), optional: z.boolean(), schema: Type })),
  indexes: z.array(z.looseObject({ fields: Texts, unique: z.boolean() })),
  references: z.record(z.string(), z.looseObject({ entity: z.string(), onDelete: z.string() })).optional(),
  checks: Texts.optional(),
})

const State = z.looseObject({
  summary: z.string().optional(),
  on: z.record(z.string(), z.string()).optional(),
  after: z.looseObject({ time: z.union([z.string(), z.number()]), to: z.string() }).optional(),
})

const WorkflowSection = z.looseObject({
  name: Command,
  version: z.string(),
  queue: z.string(),
  input: Type,
  output: Type,
  steps: Texts,
  children: Texts,
  signals: z.record(z.string(), Type),
  versions: Texts,
  machine: z.looseObject({ states: z.record(z.string(), State) }).optional(),
})

const SurfaceSection = z.looseObject({
  surface: z.string(),
  commands: z.enum(['all', 'routes']),
  routes: z.record(z.string(), z.string()),
  mounts: z.record(z.string(), z.looseObject({})).optional(),
  rateLimits: z.array(z.looseObject({})).optional(),
})

/** What is read of a manifest; what else stands in it is kept as it is. */
export const ManifestShape = z.looseObject({
  heddle: z.literal(1),
  app: Part,
  hash: z.string().regex(/^[\w.:-]{1,200}$/, 'a hash was expected'),
  surface: Part.optional(),
  parts: z
    .looseObject({
      command: z.record(Command, CommandSection).optional(),
      event: z.record(Event, EventSection).optional(),
      entity: z.record(Part, EntitySection).optional(),
      workflow: z.record(Command, WorkflowSection).optional(),
      surface: z.record(Part, SurfaceSection).optional(),
    })
    .catchall(z.record(z.string(), z.unknown())),
})
