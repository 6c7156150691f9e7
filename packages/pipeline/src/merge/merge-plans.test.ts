import { expect, test } from 'vitest'
import type { Plan, Step } from '../plan/plan.ts'
import { formatConflict } from './conflict.ts'
import { mergePlans } from './merge-plans.ts'

const planOf = (...steps: Step[]): Plan => ({ heddle: 1, pipeline: 'flights.Delays', steps })
const parse: Step = { id: 'parse', call: 'flights.Parse', retry: { attempts: 3 } }
const late: Step = { id: 'late', when: { if: 'it.delay > 15', then: [{ id: 'tell', emit: 'flights.Late' }] } as never }
const store: Step = { id: 'store', call: 'flights.Store' }
const base = planOf(parse, late, store)
const ids = ({ steps }: Plan) => steps.map(({ id }) => id)

test('changes in different places come together', () => {
  const ours = planOf({ ...parse, retry: { attempts: 5 } }, late, store)
  const theirs = planOf({ ...parse, timeout: '2s' }, { id: 'clean', map: 'it' }, late)
  const { plan, conflicts } = mergePlans(base, ours, theirs)
  expect(conflicts).toEqual([])
  expect(plan).toEqual(planOf({ ...parse, retry: { attempts: 5 }, timeout: '2s' }, { id: 'clean', map: 'it' }, late))
})

test('a field that both changed is a conflict with both sides, and ours stands', () => {
  const ours = planOf({ ...parse, retry: { attempts: 5 } }, late, store)
  const theirs = planOf({ ...parse, retry: { attempts: 7 } }, late, store)
  const { plan, conflicts } = mergePlans(base, ours, theirs)
  expect(plan).toEqual(ours)
  expect(conflicts).toEqual([
    { step: 'parse', about: 'field', path: ['retry', 'attempts'], base: 3, ours: 5, theirs: 7 },
  ])
  expect(conflicts.map(formatConflict)).toEqual([
    'step parse, retry/attempts: both changed it: ours 5, theirs 7, before 3',
  ])
})

test('a step that one side removed and the other changed stays, and that is told', () => {
  const theirs = planOf(parse, late, { ...store, timeout: '2s' })
  const { plan, conflicts } = mergePlans(base, planOf(parse, late), theirs)
  expect(plan).toEqual(theirs)
  expect(conflicts).toEqual([
    { step: 'store', about: 'removed', path: [], base: store, theirs: { ...store, timeout: '2s' } },
  ])
})

test('a step put into one that the other side removed brings it back', () => {
  const inside = {
    id: 'late',
    when: { if: 'it.delay > 15', then: [{ id: 'tell', emit: 'flights.Late' }, store] } as never,
  }
  const { plan, conflicts } = mergePlans(base, planOf(parse, store), planOf(parse, inside))
  expect(plan.steps.map(({ id }) => id)).toEqual(['parse', 'late'])
  expect(JSON.stringify(plan)).toContain('"store"')
  expect(conflicts.map(({ step, about }) => [step, about])).toContainEqual(['late', 'removed'])
})

test('steps that both put into the same gap are told, for nobody knows which comes first', () => {
  const ours = planOf(parse, { id: 'mine', map: 'it' }, late, store)
  const theirs = planOf(parse, { id: 'other', map: 'it' }, late, store)
  const { plan, conflicts } = mergePlans(base, ours, theirs)
  expect(ids(plan)).toEqual(['parse', 'mine', 'other', 'late', 'store'])
  expect(conflicts).toEqual([
    { about: 'order', path: ['steps'], base: ids(base), ours: ids(ours), theirs: ids(theirs) },
  ])
})

test('steps that each side put into the other stand where ours has them', () => {
  const two = (one: Step[], other: Step[]) => [
    { id: 'one', when: { if: 'true', then: [{ id: 'x', map: 'it' }, ...one] } as never },
    { id: 'other', when: { if: 'true', then: [{ id: 'y', map: 'it' }, ...other] } as never },
  ]
  const [one, other] = two([], [])
  const [oneWith] = two([other!], [])
  const [, otherWith] = two([], [one!])
  const { plan, conflicts } = mergePlans(planOf(one!, other!), planOf(oneWith!), planOf(otherWith!))
  expect(ids(plan)).toEqual(['one'])
  expect(JSON.stringify(plan)).toContain('"other"')
  expect(conflicts.some(({ about }) => about === 'place')).toBe(true)
})

test('branches are merged by their ids', () => {
  const branches = (...names: string[]): Plan =>
    planOf({
      id: 'score',
      parallel: { branches: names.map((id) => ({ id, steps: [{ id: `${id}Step`, map: 'it' }] })) } as never,
    })
  const merged = mergePlans(branches('a', 'b'), branches('a', 'b', 'c'), branches('b'))
  expect(merged).toEqual({ plan: branches('b', 'c'), conflicts: [] })
})
