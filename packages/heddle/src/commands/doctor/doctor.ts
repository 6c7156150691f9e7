import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { checkApp } from './app-file.ts'
import { checkDatabase } from './database.ts'
import type { Check, Finding } from './finding.ts'
import { checkDisk, checkFolder } from './folder.ts'
import { checkMigrations } from './migrations.ts'
import { checkNode } from './node.ts'
import { checkOwner } from './owner.ts'
import { checkPort } from './port.ts'

const checks: readonly Check[] = [
  checkNode,
  checkApp,
  checkFolder,
  checkDisk,
  checkOwner,
  checkDatabase,
  checkMigrations,
  checkPort,
]

/** Looks at everything that keeps an app from running well, and says what to do. */
export const doctor = command('heddle.Doctor', {
  kind: 'query',
  summary: 'Look for what keeps the app from running well',
  input: z.object({}),
  output: z.object({
    healthy: z.boolean().describe('Nothing fails'),
    findings: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['ok', 'warn', 'fail']),
        detail: z.string(),
        advice: z.string().optional(),
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ ctx }) {
    const subject = ctx.use(SubjectPort)
    const { folder, root, transactions } = subject
    const patient = { folder, root, transactions, environment: process.env, app: async () => subject.app() }
    const findings: Finding[] = []
    // One after the other: two of them open the database.
    for (const check of checks) findings.push(await check(patient))
    return { healthy: findings.every(({ status }) => status !== 'fail'), findings }
  },
})
