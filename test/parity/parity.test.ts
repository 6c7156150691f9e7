import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { surfaces } from '@heddle/serve'
import { subjects } from './apps/subjects.ts'
import { asRuled, failingCases, missingExamples, sectionsOf } from './cases.ts'
import { comparable, tellsInsides, withoutNothing } from './comparable.ts'
import { drivers } from './drivers/drivers.ts'
import type { ToldOutcome } from './driver.ts'
import { toldOutcome } from './told.ts'
import { nameOf, walk, type Came, type Walk } from './walk.ts'

test('every surface is called here, by each of its transports', () => {
  const called = drivers.map(nameOf)
  const wanted = surfaces.flatMap(({ name, transports = [] }) =>
    transports.length === 0 ? [name] : transports.map((transport) => `${name} ${transport}`),
  )
  const missing = wanted.filter((name) => !called.includes(name))
  expect(missing, `write test/parity/drivers/<surface>.ts for ${missing.join(', ')}`).toEqual([])
  expect(called.filter((name) => !wanted.includes(name))).toEqual([])
})

describe.each(subjects)('$name', (subject) => {
  let walks: Walk[] = []
  beforeAll(async () => {
    walks = await Promise.all(drivers.map((driver) => walk(subject, driver)))
  }, 120_000)
  afterAll(() => Promise.all(walks.map((each) => each.close())))

  const sections = sectionsOf(subject.declare(() => undefined).manifest())

  /** What is closed to all outside need not be known outside, nor what looks after the app. */
  const isOpen = (command: string) =>
    sections.some(({ name, access, domain }) => name === command && access !== 'closed' && domain !== 'heddle')

  test('every command shows how to call it into each of its outcomes', () => {
    expect(missingExamples(sections)).toEqual([])
  })

  test('each call comes to the outcome that it is made for', () => {
    const [{ cases, outcomes }] = walks as [Walk]
    const others = cases.filter(
      ({ outcome }, index) => outcome !== asRuled && !codesOf(outcomes[index]).includes(outcome),
    )
    expect(others).toEqual([])
  })

  test.each(drivers.slice(1).map(nameOf))('%s gives the outcomes that a call in the app itself has', (name) => {
    const [measure] = walks as [Walk]
    const other = walks.find(({ driver }) => nameOf(driver) === name)!
    const shown = ({ cases, outcomes }: Walk) =>
      cases.flatMap(({ command, as, outcome }, index) => {
        if (isNowhere(other.outcomes[index]!)) return []
        const came = outcomes[index] ?? measure.outcomes[index]
        return [
          {
            call: `${command} by ${as}: ${outcome}`,
            came: comparable(came as ToldOutcome),
          },
        ]
      })
    expect(shown(other)).toEqual(shown(measure))
    const unknown = other.cases.filter((_, index) => isNowhere(other.outcomes[index]!))
    expect(unknown.map(({ command }) => command).filter((command) => isOpen(command))).toEqual([])
    expect(other.left.map((end) => comparable(end as never))).toEqual(
      measure.left.map((end) => comparable(end as never)),
    )
  })

  test.each(drivers.map(nameOf))('over %s a call under the same key is the same call', (name) => {
    const { cases, outcomes } = walks.find(({ driver }) => nameOf(driver) === name)!
    const repeated = cases.flatMap(({ isRepeated }, index) => (isRepeated ? [index] : []))
    expect(repeated.length).toBeGreaterThan(0)
    const told = (index: number) => withoutNothing(outcomes[index] as ToldOutcome & { ok: true })
    expect(repeated.map(told)).toEqual(repeated.map((index) => told(index - 1)))
  })

  test('only who sits at the machine is told what stands behind a system error', () => {
    const strangers = walks.filter(({ driver }) => !driver.isOperators)
    const errors = strangers.flatMap(({ outcomes }) => outcomes.flatMap((each) => (isFailed(each) ? each.errors : [])))
    expect(errors.filter(tellsInsides)).toEqual([])
  })

  test('commands that are closed to all outside come to each of their outcomes inside', async () => {
    const [{ app, prepared }] = walks as [Walk]
    for (const section of sections.filter(({ access }) => access === 'closed')) {
      for (const { command, input, outcome } of failingCases(section, prepared)) {
        expect([command, ...codesOf(toldOutcome(await app.callByName(command, input)))]).toEqual([command, outcome])
      }
      const told = toldOutcome(await app.callByName(section.name, section.examples[0]))
      expect([section.name, ...codesOf(told)]).toEqual([section.name, 'success'])
    }
  })
})

const codesOf = (outcome: Came) => (isFailed(outcome) ? outcome.errors.map(({ code }) => code) : ['success'])

/** What a way in does not know, or answers for as if it did not. */
const isNowhere = (came: Came) => came === 'nowhere' || codesOf(came).includes('UnknownCommand')

const isFailed = (came: Came) => typeof came === 'object' && !came.ok
