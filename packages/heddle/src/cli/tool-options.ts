import type { OptionTable } from '@heddle/serve'

/** Options that every command of the tool takes. */
export const toolOptions = {
  app: { type: 'text', value: 'FILE', summary: 'The file of the app [heddle.app in package.json, app.ts, src/app.ts]' },
  folder: { type: 'text', value: 'FOLDER', summary: "Where the app's data lives [.heddle beside its package.json]" },
  mode: {
    type: 'text',
    value: 'MODE',
    choices: ['development', 'production'],
    summary: 'How strict the start is [NODE_ENV]',
  },
  config: {
    type: 'text',
    value: 'FILE',
    summary: 'The configuration [heddle.config.yaml, .toml or .json beside the app]',
  },
  set: {
    type: 'list',
    value: 'NAME=VALUE',
    summary: 'A value of the configuration; it wins over environment and file',
  },
  verbose: { type: 'boolean', summary: 'Also print causes, stacks and log lines' },
} as const satisfies OptionTable

/** The same for all commands that print what they found. */
export const outputOptions = {
  format: {
    type: 'text',
    value: 'FORMAT',
    choices: ['table', 'json', 'yaml'],
    summary: 'table for people; json and yaml print the one value',
  },
  json: { type: 'boolean', summary: 'Short for --format json' },
} as const satisfies OptionTable
