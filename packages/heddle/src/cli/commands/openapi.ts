import { resolve } from 'node:path'
import type { Json } from '@heddle/core'
import { openApi } from '../../commands/open-api.ts'
import { cliCommand } from '../cli-command.ts'
import { writeNamedFile } from '../write-file.ts'

export default cliCommand({
  name: 'openapi',
  summary: 'Print what the app serves over HTTP as an OpenAPI 3.1 document.',
  example: 'heddle openapi --url https://bank.example --out openapi.json',
  args: {
    out: { type: 'text', value: 'FILE', summary: 'Write to this file instead' },
    url: { type: 'text', value: 'URL', summary: 'Where it is served', default: '/' },
    surface: { type: 'text', value: 'NAME', summary: 'The surface that is meant, where there are several' },
  },
  async run({ args: { surface, url, out: file }, app, out }) {
    const document = (await app.callOrThrow(openApi, { surface, url })) as Json
    const text = JSON.stringify(document, undefined, 2)
    if (file === undefined) return out.show(document, [text])
    writeNamedFile(resolve(app.session.around.cwd, file), `${text}\n`)
    out.line(`written to ${file}`)
  },
})
