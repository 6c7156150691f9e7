import type { Json } from '@heddle/core'

const text = { type: 'string' }
const texts = { type: 'array', items: text }

/** The schemas of problem details (RFC 9457) and of the errors in them. */
export const problemSchemas: Readonly<Record<string, Json>> = {
  Problem: {
    type: 'object',
    description: 'Why a call did not succeed (RFC 9457), with every error of its outcome.',
    properties: {
      type: { ...text, description: 'Names the code of the first error, e.g. `urn:heddle:error:NotFound`.' },
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'The message of the first error.' },
      instance: { ...text, description: 'The path that was asked for.' },
      errors: { type: 'array', items: { $ref: '#/components/schemas/Error' }, maxItems: 100 },
      errorsLeftOut: { type: 'integer', description: 'How many errors are not listed.' },
    },
    required: ['type', 'title', 'status', 'detail', 'instance', 'errors'],
  },
  Error: {
    type: 'object',
    properties: {
      code: text,
      key: { ...text, description: 'The public address of the error, the same on every surface.' },
      path: { type: 'array', items: { type: ['string', 'integer'] }, description: 'Where in the input.' },
      via: { ...texts, description: 'The subcommands that it crossed.' },
      category: { enum: ['data', 'runtime', 'domain', 'system', 'auth', 'external'] },
      severity: { enum: ['debug', 'info', 'warning', 'error', 'fatal'] },
      message: text,
      data: {},
      retry: {
        description: 'What a machine does next.',
        oneOf: [
          { enum: ['never', 'later'] },
          { type: 'object', properties: { afterMs: { type: 'number' } }, required: ['afterMs'] },
        ],
      },
      help: text,
    },
    required: ['code', 'key', 'path', 'via', 'category', 'severity', 'message', 'data', 'retry'],
  },
  Progress: {
    type: 'object',
    properties: { done: { type: 'number' }, total: { type: 'number' }, message: text },
    required: ['done'],
  },
}
