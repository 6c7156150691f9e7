import { resolve } from 'node:path'
import { publicManifest } from '@heddle/serve'
import { docsSite } from '@heddle/serve/docs'
import { httpSurfaceIn, manifestOf } from '../../client/manifest-of.ts'
import { writeSite } from '../../docs/write-site.ts'
import { cliCommand } from '../cli-command.ts'

export default cliCommand({
  name: 'docs',
  summary: 'Write the documents of the app: pages with a search, which need no server.',
  example: 'heddle docs --out site --public',
  args: {
    out: { type: 'text', value: 'FOLDER', summary: 'Write into this folder', default: 'site' },
    from: { type: 'text', value: 'URL|FILE', summary: 'Where an app is served, or its manifest, instead of this app' },
    public: { type: 'boolean', summary: 'Only what strangers may know: what a surface serves, nothing that is closed' },
    surface: { type: 'text', value: 'NAME', summary: 'With --public: the HTTP surface that is meant' },
    internal: { type: 'boolean', summary: "Also Heddle's own commands" },
  },
  async run({ args, app, out }) {
    const whole = await manifestOf(app, args.from)
    const told = args.public ? publicManifest(whole, httpSurfaceIn(whole, args.surface)) : whole
    const pages = docsSite(told, { internal: args.internal })
    writeSite(resolve(app.session.around.cwd, args.out), pages)
    const written = Object.keys(pages)
    out.show({ folder: args.out, app: told.app, manifest: told.hash, pages: written }, [
      `${written.length} pages written to ${args.out}: open ${args.out}/index.html`,
    ])
  },
})
