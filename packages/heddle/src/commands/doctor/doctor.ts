import { command, createPorts } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { checkApp } from './app-file.ts'
import { checkClock } from './clock.ts'
import { checkDatabase } from './database.ts'
import type { Check, Finding } from './finding.ts'
import { checkDisk, checkFolder } from './folder.ts'
import { checkMemory } from './memory.ts'
import { checkMigrations } from './migrations.ts'
import { checkNode } from './node.ts'
import { checkOwner } from './owner.ts'
import { checkPort } from './port.ts'
import { checkTimers } from './timers.ts'

const checks: readonly Check[] = [
  checkNode,
  checkApp,
  checkFolder,
  checkDisk,
  checkOwner,
  checkDatabase,
  checkMigrations,
  checkPort,
  checkMemory,
  checkClock,
  checkTimers,
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
    const { folder, root, transactions, ports } = subject
    const { clock, timers } = ports ?? createPorts()
    const surroundings = { folder, root, transactions, clock, timers, environment: process.env }
    const patient = { ...surroundings, app: async () => subject.app() }
    const findings: Finding[] = []
    // One after the other: two of them open the database.
    for (const check of checks) findings.push(await check(patient))
    return { healthy: findings.every(({ status }) => status !== 'fail'), findings }
  },
})
