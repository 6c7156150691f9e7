import fc from 'fast-check'
import { parseDocument } from 'yaml'
import { expect, test } from 'vitest'
import { plans } from '../../fixtures/handling/random-plan.ts'
import { stepsById } from '../../fixtures/handling/edit-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { drawSvg } from './draw-svg.ts'
import { drawText } from './draw-text.ts'
import { planGraph } from './plan-graph.ts'

const delays = parseDocument(`
heddle: 1
pipeline: flights.Delays
steps:
  - { id: parse, call: flights.ParseFlight, retry: { attempts: 3 }, onError: deadLetter }
  - id: late
    when:
      if: it.delay > 15 && it.from != "<home>"
      then:
        - { id: tell, emit: flights.Late }
  - id: score
    parallel:
      branches:
        - { id: model, steps: [{ id: predict, call: ml.Predict }] }
        - { id: rule, steps: [{ id: guess, map: it.delay * 2 }] }
  - id: pages
    loop: { while: it.next != null, steps: [{ id: page, call: flights.ReadPage }] }
  - { id: all, from: { flight: parse, score: score }, map: { flight: it.flight, score: it.score } }
`).toJS() as Plan

test('a plan is drawn as a tree of its steps with what they do', () => {
  expect(drawText(delays)).toEqual([
    '├ parse        call flights.ParseFlight  (retry; on error deadLetter)',
    '├ late         when it.delay > 15 && it.from != "<home>"',
    '│ └ then:',
    '│   └ tell     emit flights.Late',
    '├ score        parallel',
    '│ ├ model:',
    '│ │ └ predict  call ml.Predict',
    '│ └ rule:',
    '│   └ guess    map it.delay * 2',
    '├ pages        loop while it.next != null',
    '│ └ round:',
    '│   └ page     call flights.ReadPage',
    '└ all          map flight, score  (from parse, score)',
  ])
})

test('the graph of a plan has the ways through its branches, around its loops, and what is read from afar', () => {
  const edges = planGraph(delays).edges.map(({ from, to, label, reads }) =>
    [from, reads ? '⇢' : '→', to, label ?? ''].join(' ').trim(),
  )
  expect(edges).toEqual([
    'input → parse',
    'parse → late',
    'late → tell then',
    'tell → score',
    'late → score else',
    'score → predict model',
    'score → guess rule',
    'predict → pages',
    'guess → pages',
    'pages → page round',
    'page → pages again',
    'pages → all',
    'parse ⇢ all',
    'score ⇢ all',
    'all → output',
  ])
})

test('the picture holds every step once, in boxes that do not overlap', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const svg = await drawSvg(plan)
      const ids = [...svg.matchAll(/<text class="id"[^>]*>([^<]+)</g)].map(([, id]) => id!)
      expect(ids.toSorted()).toEqual([...stepsById(plan).keys(), 'input', 'output'].toSorted())
      const boxes = [...svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
        ([, ...numbers]) => numbers.map(Number) as [number, number, number, number],
      )
      for (const [index, [x, y, width, height]] of boxes.entries()) {
        for (const [otherX, otherY, otherWidth, otherHeight] of boxes.slice(index + 1)) {
          const apart =
            x + width <= otherX || otherX + otherWidth <= x || y + height <= otherY || otherY + otherHeight <= y
          expect(apart).toBe(true)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('what stands in a plan is escaped in the picture', async () => {
  const svg = await drawSvg(delays)
  expect(svg).toContain('when it.delay &gt; 15 &amp;&amp; it.from != &quot;&lt;home&gt;&quot;')
  expect(svg).not.toContain('<home>')
})
