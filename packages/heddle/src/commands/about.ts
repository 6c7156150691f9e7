import { command } from '@heddle/core'
import { z } from 'zod'
import { gitCommit } from './git-commit.ts'
import { SubjectPort } from './subject.ts'
import { version } from './version.ts'

/** Tells which code runs: versions, the commit, the hash of the manifest. */
export const about = command('heddle.About', {
  kind: 'query',
  summary: 'Tell which code runs: versions, git commit, hash of the manifest',
  input: z.object({}),
  output: z.object({
    app: z.string(),
    manifest: z.string().describe('Hash of the manifest'),
    heddle: z.string(),
    node: z.string(),
    commit: z.string().nullable().describe('Of the repository in the current folder, or of COMMIT in the environment'),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ ctx }) {
    const app = await ctx.use(SubjectPort).app()
    return {
      app: app.name,
      manifest: app.manifest().hash,
      heddle: version,
      node: process.version,
      commit: process.env.COMMIT ?? gitCommit(process.cwd()) ?? null,
    }
  },
})
