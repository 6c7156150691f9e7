import { expect, test } from 'vitest'
import { sinkKinds, sourceKinds } from '../../fixtures/plan/stream-kinds.ts'
import { drawText } from '../graph/draw-text.ts'
import { formatProblem } from './problem.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { checkPlan } from '../validate/check-plan.ts'
import { planHash } from './hash.ts'
import { maskedPlan, maskedUrl } from './masked-plan.ts'

test.each([
  ['https://example.org/bulk', 'https://example.org/bulk'],
  ['https://example.org/bulk?token=1#top', 'https://example.org/bulk?…'],
  ['https://me:k@y@example.org/@bulk', 'https://…@example.org/@bulk'],
  ['wss://key@example.org', 'wss://…@example.org'],
  ['folder/of@me?.ndjson', 'folder/of@me?.ndjson'],
])('the address %s is told as %s', (given, told) => expect(maskedUrl(given)).toBe(told))

const text = `heddle: 1
pipeline: flights.Delays
source:
  file: flights.ndjson
  type: { token: string }
steps: [{ id: all, filter: 'true' }]
sinks:
  bulk:
    http:
      url: http://me:PASSW0RD@example.org/y?token=TOKQ
      headers: { authorization: Bearer sk-SECRET, accept: PLAIN, cookie: { env: COOKIE } }
  rows: { table: { name: rows, key: token } }
`

function parsed() {
  const found = parsePlan(text, 'delays.yaml')
  if (!found.ok) throw new Error(JSON.stringify(found.errors))
  return found
}

test('a plan is told without the secrets in the settings of its sources and sinks, and stays whole itself', () => {
  const { plan } = parsed()
  const hash = planHash(plan)
  const told = maskedPlan(plan)
  expect(told).toEqual({
    ...plan,
    sinks: {
      ...plan.sinks,
      bulk: {
        http: {
          url: 'http://…@example.org/y?…',
          headers: { authorization: '…', accept: '…', cookie: { env: 'COOKIE' } },
        },
      },
    },
  })
  expect(maskedPlan(told)).toEqual(told)
  expect(planHash(plan)).toBe(hash)
  expect(JSON.stringify(plan)).toContain('PASSW0RD')
  expect(drawText(plan).join('\n')).toMatch(/bulk +http http:\/\/…@example.org\/y\?…$/m)
})

test('secrets that stand in a plan as they are get a note at their place', () => {
  const { plan, source } = parsed()
  const { job } = checkPlan(plan, { sourceKinds, sinkKinds })
  expect(source.locate(job!.notes).map(formatProblem)).toEqual([
    expect.stringMatching(
      /^delays\.yaml:10:\d+ This address says who is let in: send that as a header; .*\{ env: NAME \}/,
    ),
    expect.stringMatching(/^delays\.yaml:10:\d+ The parameter token of this address looks like a secret/),
    expect.stringMatching(
      /^delays\.yaml:11:\d+ The header authorization stands in the plan as it is: .*\{ secret: name \}/,
    ),
  ])
})
