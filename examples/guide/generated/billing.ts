// Written by `heddle remote add`, from https://billing.example. Write it anew instead of changing it.
import type { Failure, FileSource, StreamedFile } from 'heddle'
import { remoteContract, type RemoteManifest } from 'heddle/remote'

/** What `billing.AddScan` is called with. */
export interface AddScanInput {
  readonly receipt: string
  readonly tags: ReadonlySet<string>
  readonly scan: FileSource
}

/** What `billing.AddScan` gives. */
export interface AddScanValue {
  readonly bytes: number
  readonly tags: ReadonlySet<string>
}

/** What `billing.Charge` is called with. */
export interface ChargeInput {
  readonly card: string
  readonly cents: number
  readonly due?: Date | undefined
}

/** What `billing.Charge` gives. */
export interface ChargeValue {
  readonly receipt: string
  readonly at: Date
}

/** What `CardRefused` of `billing.Charge` tells. */
export interface ChargeCardRefused {
  readonly card: string
  readonly until: Date
}

/** The errors that `billing.Charge` declares. */
export type ChargeErrors = Failure<'CardRefused', ChargeCardRefused>

/** What `billing.ListStatements` is called with. */
export interface ListStatementsInput {
  readonly from: Date
  readonly days: number
}

/** What `billing.ListStatements` gives. */
export interface ListStatementsValue {
  readonly days: number
}

/** What `billing.ListStatements` streams. */
export interface ListStatementsItem {
  readonly day: Date
  readonly cents: bigint
}

/** What `billing.PrintInvoice` is called with. */
export interface PrintInvoiceInput {
  readonly receipt: string
}

/** What `billing.PrintInvoice` gives. */
export type PrintInvoiceValue = StreamedFile

/** What billing told of itself, for `remote(…, { manifest })`. */
export const manifest: RemoteManifest = {
  heddle: 1,
  app: 'billing',
  hash: '5cef3011cf5abc8847f19bc3879eab4bdcdc8d6dfdafa997c9d01d6675f7986e',
  surface: 'http',
  from: 'https://billing.example',
  parts: {
    command: {
      'billing.AddScan': {
        name: 'billing.AddScan',
        domain: 'billing',
        kind: 'command',
        summary: 'Keep a scan of a receipt',
        idempotent: false,
        destructive: false,
        access: 'billing:charge',
        input: {
          type: 'object',
          properties: {
            receipt: { type: 'string' },
            tags: { type: 'array', uniqueItems: true, items: { type: 'string' } },
            scan: {
              type: 'string',
              contentEncoding: 'base64',
              'x-file': { maxBytes: 104857600, types: ['image/*', 'text/plain'] },
            },
          },
          required: ['receipt', 'tags', 'scan'],
          additionalProperties: false,
        },
        output: {
          type: 'object',
          properties: {
            bytes: { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 },
            tags: { type: 'array', uniqueItems: true, items: { type: 'string' } },
          },
          required: ['bytes', 'tags'],
          additionalProperties: false,
        },
        errors: {},
        calls: [],
        uses: [],
        policies: [],
        examples: [],
        possibleErrors: [
          'auth:Denied',
          'auth:Unauthenticated',
          'data/receipt:InvalidType',
          'data/scan:Invalid',
          'data/scan:InvalidType',
          'data/tags:InvalidType',
          'data:InvalidType',
          'data:UnrecognizedKeys',
          'runtime:Cancelled',
          'runtime:Conflict',
          'runtime:DeadlineExceeded',
          'runtime:InProgress',
          'runtime:KeyReused',
          'runtime:ShuttingDown',
          'system:DatabaseReadOnly',
          'system:DiskFull',
          'system:Internal',
          'system:Unavailable',
        ],
        hash: 'd7304b332a084bbb6006bd4d092acbc89ecd4eb004e72da8f4dc50c006c8e994',
      },
      'billing.Charge': {
        name: 'billing.Charge',
        domain: 'billing',
        kind: 'command',
        summary: 'Charge a card',
        idempotent: false,
        destructive: false,
        access: 'billing:charge',
        input: {
          type: 'object',
          properties: {
            card: { type: 'string', minLength: 4 },
            cents: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
            due: { type: 'string', format: 'date-time' },
          },
          required: ['card', 'cents'],
          additionalProperties: false,
        },
        output: {
          type: 'object',
          properties: { receipt: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
          required: ['receipt', 'at'],
          additionalProperties: false,
        },
        errors: {
          CardRefused: {
            data: {
              type: 'object',
              properties: { card: { type: 'string' }, until: { type: 'string', format: 'date-time' } },
              required: ['card', 'until'],
              additionalProperties: false,
            },
            category: 'domain',
            severity: 'info',
            retry: 'never',
            message: 'Card refused.',
          },
        },
        calls: [],
        uses: [],
        policies: [],
        examples: [],
        possibleErrors: [
          'auth:Denied',
          'auth:Unauthenticated',
          'data/card:InvalidType',
          'data/card:TooSmall',
          'data/cents:InvalidType',
          'data/cents:TooBig',
          'data/cents:TooSmall',
          'data/due:InvalidType',
          'data:InvalidType',
          'data:UnrecognizedKeys',
          'domain:CardRefused',
          'runtime:Cancelled',
          'runtime:Conflict',
          'runtime:DeadlineExceeded',
          'runtime:InProgress',
          'runtime:KeyReused',
          'runtime:ShuttingDown',
          'system:DatabaseReadOnly',
          'system:DiskFull',
          'system:Internal',
          'system:Unavailable',
        ],
        hash: '079b2a757903c7c75e37fb8620f50c0dd4cfaf1dba73087df0fc1419ba1cf6be',
      },
      'billing.ListStatements': {
        name: 'billing.ListStatements',
        domain: 'billing',
        kind: 'query',
        summary: 'Tell what was charged, day by day',
        idempotent: true,
        destructive: false,
        access: 'billing:read',
        input: {
          type: 'object',
          properties: {
            from: { type: 'string', format: 'date-time' },
            days: { type: 'integer', minimum: -9007199254740991, maximum: 31 },
          },
          required: ['from', 'days'],
          additionalProperties: false,
        },
        output: {
          stream: {
            item: {
              type: 'object',
              properties: {
                day: { type: 'string', format: 'date-time' },
                cents: { type: 'string', pattern: '^-?[0-9]+$', format: 'bigint' },
              },
              required: ['day', 'cents'],
              additionalProperties: false,
            },
            final: {
              type: 'object',
              properties: { days: { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 } },
              required: ['days'],
              additionalProperties: false,
            },
          },
        },
        errors: {},
        calls: [],
        uses: [],
        policies: [],
        examples: [],
        possibleErrors: [
          'auth:Denied',
          'auth:Unauthenticated',
          'data/days:InvalidType',
          'data/days:TooBig',
          'data/days:TooSmall',
          'data/from:InvalidType',
          'data:InvalidType',
          'data:UnrecognizedKeys',
          'runtime:Cancelled',
          'runtime:DeadlineExceeded',
          'runtime:InProgress',
          'runtime:KeyReused',
          'runtime:ShuttingDown',
          'system:Internal',
          'system:Unavailable',
        ],
        hash: 'c3184077976d08abbcc5d96ef11ac7be1773fb23c97b1febb330f7c8af166f6a',
      },
      'billing.PrintInvoice': {
        name: 'billing.PrintInvoice',
        domain: 'billing',
        kind: 'query',
        summary: 'Give an invoice as a file',
        idempotent: true,
        destructive: false,
        access: 'billing:read',
        input: {
          type: 'object',
          properties: { receipt: { type: 'string' } },
          required: ['receipt'],
          additionalProperties: false,
        },
        output: { type: 'string', contentEncoding: 'base64', 'x-file': { maxBytes: 104857600 } },
        errors: {},
        calls: [],
        uses: [],
        policies: [],
        examples: [],
        possibleErrors: [
          'auth:Denied',
          'auth:Unauthenticated',
          'data/receipt:InvalidType',
          'data:InvalidType',
          'data:UnrecognizedKeys',
          'runtime:Cancelled',
          'runtime:DeadlineExceeded',
          'runtime:InProgress',
          'runtime:KeyReused',
          'runtime:ShuttingDown',
          'system:Internal',
          'system:Unavailable',
        ],
        hash: '3af97b6603bb3fd35b5c873006703a8921e559cdfe0a3257778e74cedd6d577e',
      },
    },
  },
}

/** Keep a scan of a receipt */
export const addScan = remoteContract<
  'billing.AddScan',
  AddScanInput,
  AddScanValue,
  never
>('billing.AddScan', manifest)

/** Charge a card */
export const charge = remoteContract<
  'billing.Charge',
  ChargeInput,
  ChargeValue,
  ChargeErrors
>('billing.Charge', manifest)

/** Tell what was charged, day by day */
export const listStatements = remoteContract<
  'billing.ListStatements',
  ListStatementsInput,
  ListStatementsValue,
  never,
  ListStatementsItem
>('billing.ListStatements', manifest)

/** Give an invoice as a file */
export const printInvoice = remoteContract<
  'billing.PrintInvoice',
  PrintInvoiceInput,
  PrintInvoiceValue,
  never
>('billing.PrintInvoice', manifest)
