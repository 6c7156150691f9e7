import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Document, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { addOne, refuse } from '../../fixtures/plan/commands.ts'
import { double, freshIds, randomSteps } from '../../fixtures/plan/random-plans.ts'
import { runPlan } from '../../fixtures/plan/run-plan.ts'
import { draft } from '../builder/begin.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan } from '../plan/plan.ts'
import { formatPlan } from './format-plan.ts'
import { parsePlan } from './parse-plan.ts'

const commands = [addOne, refuse, double]
const head = { heddle: 1, pipeline: 'demo.Run', input: 'number' } as const

const plans = randomSteps.map((steps) => {
  const id = freshIds()
  const plan: Plan = { ...head, steps: steps.map(({ step }) => step(id)) }
  const ids = freshIds()
  const built = steps.reduce((before, step) => step.add(before, ids), draft('demo.Run', { input: z.number() }))
  return { plan, built }
})

/** The same plan as somebody may have written it: in any layout, with comments. */
const texts = fc.tuple(plans, fc.infiniteStream(fc.nat(9))).map(([{ plan, built }, choices]) => {
  const document = new Document(plan)
  const choose = () => choices.next().value as number
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string' || key === 'key') return
      const choice = choose()
      if (choice < 2) node.type = choice === 0 ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE'
      if (choice === 3) node.comment = ' a remark'
    },
    Map(_key, node) {
      if (choose() === 0) node.commentBefore = ' about this'
    },
    Seq(_key, node) {
      if (choose() === 0) node.flow = true
    },
  })
  const text = `# What it is for.\n${document.toString({ indentSeq: choose() < 5, lineWidth: 0 })}\n# The end.\n`
  return { plan, built, text }
})

test('500 random plans: text → plan → text is the same text', () => {
  fc.assert(
    fc.property(texts, ({ plan, text }) => {
      const parsed = parsePlan(text)
      if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'))
      expect(parsed.plan).toEqual(plan)
      expect(formatPlan(structuredClone(parsed.plan), parsed.source)).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('a plan without a text is written so that the same plan is read again', () => {
  fc.assert(
    fc.property(plans, ({ plan }) => {
      const yaml = parsePlan(formatPlan(plan))
      const json = parsePlan(JSON.stringify(plan))
      expect([yaml.ok && yaml.plan, json.ok && json.plan]).toEqual([plan, plan])
    }),
    { numRuns: 200 },
  )
})

test('an edit changes its step, and leaves the text of every other step as it was', () => {
  fc.assert(
    fc.property(texts, fc.nat(), ({ text }, at) => {
      const parsed = parsePlan(text)
      if (!parsed.ok) throw new Error('no plan')
      const index = at % parsed.plan.steps.length
      const steps = parsed.plan.steps.map((step, own) => (own === index ? { ...step, summary: 'changed' } : step))
      const written = formatPlan({ ...parsed.plan, steps }, parsed.source)
      const again = parsePlan(written)
      expect(again.ok && again.plan.steps).toEqual(steps)
      const comments = (yaml: string) => yaml.split('\n').filter((line) => line.includes('#')).length
      expect(comments(written)).toBe(comments(parseDocument(text).toString({ lineWidth: 0 })))
    }),
    { numRuns: 200 },
  )
})

test('500 random plans: the builder makes the same plan with the same hash', () => {
  fc.assert(
    fc.property(plans, ({ plan, built }) => {
      expect(planHash(built.plan)).toBe(planHash(plan))
    }),
    { numRuns: 500 },
  )
})

test('the plan of a text and that of the builder have the same outcome', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: -30, max: 30 }), async ({ text, built }, input) => {
      const parsed = parsePlan(text)
      if (!parsed.ok) throw new Error('no plan')
      const fromText = await runPlan(parsed.plan, input, { commands })
      const fromBuilder = await runPlan(built.plan, input, { commands })
      expect(fromText.outcome).toEqual(fromBuilder.outcome)
      expect(fromText.outcome.ok || fromText.outcome.errors[0]!.code).not.toBe('Internal')
    }),
    { numRuns: 100 },
  )
})
