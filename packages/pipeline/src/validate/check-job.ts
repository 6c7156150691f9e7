import { mismatches, typeOfSchema, unionOf, type ValueType } from '../expression/index.ts'
import type { Flow } from '../kinds/job-rule.ts'
import type { StepKind } from '../kinds/kind.ts'
import { failureHandling } from '../plan/on-error.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Plan, SinkPlan, SourcePlan, Step } from '../plan/plan.ts'
import { typeOfPlanType } from '../plan/plan-type.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { type NamedWay, sinkFields, sinksIn, sourceFields, sourcesIn } from '../plan/stream-fields.ts'
import type { Checking } from './check-steps.ts'
import { fits } from './check-steps.ts'
import { JobStepTyping, jobScope, typeJobExpression } from './job-step-typing.ts'
import type { KeyType } from './job-typing.ts'
import { readStep } from './read-config.ts'
import { created, readWay } from './read-way.ts'
import { secretNotes } from './secret-notes.ts'
import type { PlanSinkInput } from './stream-sources.ts'
import { type StreamRef, Streams, type StreamType } from './streams.ts'
import { typeShape } from './type-expression.ts'

/** A source of a job, with what is known of it. */
export interface CheckedSource {
  readonly name: string
  readonly kind: string
  /** The settings of its kind, with their defaults. */
  readonly config: unknown
  readonly plan: SourcePlan
  readonly type: ValueType
  readonly path: PlanPath
}

/** A step of a job, with what is known of it. */
export interface CheckedJobStep {
  readonly id: string
  readonly step: Step
  readonly kind: StepKind
  /** Its settings, with those beside it and their defaults. */
  readonly config: unknown
  /** The streams that it reads, in the order of its inputs. */
  readonly inputs: readonly StreamRef[]
  readonly reads: ValueType
  readonly gives: ValueType
  /** The key of what it reads, and of what it gives. */
  readonly keyBefore: KeyType | undefined
  readonly key: KeyType | undefined
  /** Its side outputs with their types. */
  readonly sides: ReadonlyMap<string, ValueType>
  /** What its first input is, and what it hands on. */
  readonly given: Flow
  readonly emits: Flow
}

/** A sink of a job, with what is known of it. */
export interface CheckedSink {
  readonly name: string
  readonly kind: string
  readonly config: unknown
  readonly plan: SinkPlan
  readonly from: StreamRef
  readonly type: ValueType
  readonly key: KeyType | undefined
  readonly flow: Flow
  /** The fields by which a result replaces an older one, where the steps tell them. */
  readonly keys: readonly string[] | undefined
  /** False where it is sure that no record has a key. */
  readonly mayHaveKeys: boolean
  readonly path: PlanPath
}

/** What is known of a job: a graph whose edges are the inputs of its steps and sinks. */
export interface CheckedJob {
  readonly sources: ReadonlyMap<string, CheckedSource>
  /** In the order of the plan: each reads only what stands before it. */
  readonly steps: ReadonlyMap<string, CheckedJobStep>
  readonly sinks: ReadonlyMap<string, CheckedSink>
  /** What is no mistake, and may be none that was meant: records that end without that anybody reads them. */
  readonly notes: readonly PlanProblem[]
}

const unknown: ValueType = { kind: 'unknown' }
const boolean: ValueType = { kind: 'boolean', nullable: true }
const moment: ValueType = { kind: 'union', options: [{ kind: 'time' }, { kind: 'number' }], nullable: true }

/** Checks the edges of a job: names, types, and whether who reads results that are withdrawn can take them back. */
export function checkJob(plan: Plan, parameters: ValueType, checking: Checking): CheckedJob {
  return new JobCheck(plan, parameters, checking).check()
}

class JobCheck {
  readonly #plan: Plan
  readonly #parameters: ValueType
  readonly #checking: Checking
  readonly #streams: Streams
  readonly #sources = new Map<string, CheckedSource>()
  readonly #steps = new Map<string, CheckedJobStep>()
  readonly #sinks = new Map<string, CheckedSink>()

  constructor(plan: Plan, parameters: ValueType, checking: Checking) {
    this.#plan = plan
    this.#parameters = parameters
    this.#checking = checking
    this.#streams = new Streams(
      plan.steps.map((step) => step?.id),
      checking.tell,
    )
  }

  check(): CheckedJob {
    for (const source of sourcesIn(this.#plan)) this.#source(source)
    for (const [index, step] of this.#plan.steps.entries()) this.#step(step, index)
    for (const sink of sinksIn(this.#plan)) this.#sink(sink)
    this.#tellUnread()
    return { sources: this.#sources, steps: this.#steps, sinks: this.#sinks, notes: this.#notes() }
  }

  #source({ name, path, way }: NamedWay<SourcePlan>): void {
    const { tell, sources } = this.#checking
    if (typeof way !== 'object' || way === null) return
    const read = readWay(way, sourceFields, sources.sourceKinds, 'source', path, this.#plan.secrets, tell)
    const own = read?.found
    const made = own && created(() => own.create(read.config), [...path, own.name], tell)
    const schema = sources.sourceTypes?.get(name)
    const stated = typeof way.type === 'object' || typeof way.type === 'string' ? way.type : undefined
    const declared = stated === undefined ? undefined : typeOfPlanType(stated, tell, [...path, 'type'])
    const type = (schema && typeOfSchema(schema)) ?? declared ?? made?.type
    if (made && type === undefined) {
      const message = `What the source "${name}" gives is not known`
      tell({ about: 'type', path, message, expected: 'type: …, or type: unknown' })
    }
    const stream: StreamType = {
      ref: { of: name },
      type: type ?? unknown,
      key: made?.key && { fields: { key: made.key }, isList: false },
      mayHaveKeys: made === undefined,
      flow: made?.emits ?? 'append',
      ...(made?.emits === 'changes' && { because: `the source "${name}" withdraws records` }),
    }
    this.#streams.add(stream)
    if (typeof way.time === 'string') {
      const place = [...path, 'time']
      const { it, parameters } = jobScope(stream.type, undefined, this.#parameters)
      const time = typeJobExpression(way.time, { it: it!, parameters: parameters! }, place, tell)
      fits(time, moment, place, 'the time of a record', this.#checking)
    }
    if (read)
      this.#sources.set(name, { name, kind: read.kind, config: read.config, plan: way, type: stream.type, path })
  }

  #step(written: Step, index: number): void {
    const path = ['steps', index]
    const read = typeof written === 'object' && written !== null ? readStep(written) : undefined
    const rule = read?.kind.job
    // What is wrong with its shape is told already, and a kind that cannot stand here is told with the mode.
    if (!read || !rule || typeof written.id !== 'string') {
      if (typeof written?.id === 'string') this.#add({ ...nothing, ref: { of: written.id } }, path)
      if (typeof written?.from === 'string') this.#streams.find(written.from, [...path, 'from'])
      return
    }
    const { step, kind, config } = read
    const { tell } = this.#checking
    const named = rule.reads?.(config) ?? []
    const first = rule.readsOnlyNamed ? this.#onlyNamed(step, path, kind.name) : this.#readBy(step, index)
    const before = first ?? nothing
    const typing = new JobStepTyping(step, kind, path, before, this.#streams, this.#parameters, this.#checking)
    let gives = kind.type(config, typing)
    const inputs = [
      ...(first ? [first] : []),
      // What is not there was told by the typing rule.
      ...named.map(({ name }) => this.#streams.known(name) ?? { ...nothing, ref: { of: name } }),
    ]
    gives = this.#withFailures(step, path, gives, before, rule.mayPass === true, kind)
    const given = inputs[0] ?? nothing
    for (const [input, stream] of inputs.entries()) {
      const accepts = typing.accepts ?? rule.accepts?.(config, input)
      if (accepts === 'changes' || stream.flow === 'append') continue
      const message = `${kind.name} cannot take back records, and ${stream.because}`
      tell({ about: 'type', path: [...path, kind.name], message, expected: 'append', found: 'changes', ofName: true })
    }
    const changing = inputs.find(({ flow }) => flow === 'changes')
    const same = changing ?? given
    const declared = typing.emits ?? rule.emits?.(config) ?? 'same'
    const emits = declared === 'same' ? same.flow : declared
    const why = rule.because?.(config)
    const because =
      declared === 'same' ? same.because : `the step "${step.id}" withdraws results${why ? ` because ${why}` : ''}`
    const key = typing.rekeyed ? typing.rekeyed.key : rule.readsOnlyNamed ? commonKey(inputs) : given.key
    const own = rule.results?.(config)
    const isPassed = rule.value !== 'made' && !rule.readsOnlyNamed && !typing.rekeyed
    const results = own ? [...Object.keys(key?.fields ?? {}), ...own] : isPassed ? given.results : undefined
    const mayHaveKeys = key !== undefined || inputs.some((input) => hasKeys(input)) || rule.mayRekey?.(config) === true
    const told = { mayHaveKeys, ...(because && { because }), ...(results && { results }) }
    this.#add({ ref: { of: step.id }, type: gives, key, flow: emits, ...told }, path)
    const sides = new Map<string, ValueType>()
    for (const side of new Set([...(rule.sides?.(config) ?? []), ...typing.sides.keys()])) {
      const type = typing.sides.get(side) ?? before.type
      sides.set(side, type)
      this.#streams.add({ ...given, ref: { of: step.id, side }, type, mayHaveKeys })
    }
    const reads = rule.readsOnlyNamed ? unionOf(inputs.map(({ type }) => type)) : before.type
    this.#checking.types.set(step.id, { reads, gives })
    const refs = inputs.map(({ ref }) => ref)
    const keyBefore = given.key
    const flows = { given: given.flow, emits }
    this.#steps.set(step.id, {
      id: step.id,
      step,
      kind,
      config,
      inputs: refs,
      reads,
      gives,
      keyBefore,
      key,
      sides,
      ...flows,
    })
  }

  #add(stream: StreamType, path: PlanPath): void {
    const { of } = stream.ref
    if (this.#sources.has(of)) {
      const message = `There is a source "${of}" already: a name stands for one stream`
      this.#checking.tell({ about: 'name', path: [...path, 'id'], message })
    }
    this.#streams.add(stream)
  }

  #onlyNamed({ from }: Step, path: PlanPath, kind: string): undefined {
    if (from === undefined) return
    const message = `A ${kind} names what it reads itself, and has no from`
    this.#checking.tell({ about: 'shape', path: [...path, 'from'], message, ofName: true })
  }

  /** What a step reads: the step before, or the stream that `from` names; the first one the only source. */
  #readBy({ from }: Step, index: number): StreamType {
    const path = ['steps', index, 'from']
    if (typeof from === 'string') return this.#streams.find(from, path)
    if (from !== undefined) {
      const message = 'A step of a job reads one stream: a union makes one of several, and a join puts two together'
      this.#checking.tell({ about: 'mode', path, message, expected: 'a step, a source, or step.side' })
      return nothing
    }
    const before = this.#plan.steps[index - 1]?.id
    if (typeof before === 'string') return this.#streams.find(before, path)
    const names = sourcesIn(this.#plan).map(({ name }) => name)
    if (names.length === 1) return this.#streams.find(names[0]!, path)
    const message = 'There are several sources, so the first step says with from which one it reads'
    if (names.length > 1) {
      this.#checking.tell({ about: 'shape', path: path.slice(0, 2), message, expected: `from: ${names.join(' or ')}` })
    }
    return nothing
  }

  #withFailures(
    step: Step,
    path: PlanPath,
    made: ValueType,
    before: StreamType,
    mayPass: boolean,
    { name: kind, calls: asks = false }: StepKind,
  ): ValueType {
    const { tell } = this.#checking
    const scope = jobScope(before.type, before.key, this.#parameters)
    let gives = made
    if (step.if !== undefined) {
      const place = [...path, 'if']
      if (mayPass) {
        fits(typeJobExpression(step.if, scope, place, tell), boolean, place, 'the condition', this.#checking)
        gives = unionOf([gives, before.type])
      } else {
        const message = `A ${kind} takes every record that it reads: a filter before it leaves records out`
        tell({ about: 'mode', path: place, message, ofName: true })
      }
    }
    const { does, origin, use } = failureHandling(step)
    if (does === 'use') {
      const place = [...path, 'onError', 'use']
      if (!asks) {
        const message = `A ${kind} may have given records before it failed, so no other value takes their place`
        tell({ about: 'mode', path: place, message, expected: 'fail, drop or deadLetter' })
      }
      gives = unionOf([gives, typeShape(use!, scope, place, tell, typeJobExpression)])
    }
    if (origin !== undefined) {
      const place = [...path, 'onError', 'deadLetter', 'origin']
      const text = { kind: 'string', nullable: true } as const
      fits(typeJobExpression(origin, scope, place, tell), text, place, 'the origin', this.#checking)
    }
    return gives
  }

  #sink({ name, path, way }: NamedWay<SinkPlan>): void {
    const { tell, sources } = this.#checking
    if (typeof way !== 'object' || way === null) return
    const from = [way.from, this.#last].find((name) => typeof name === 'string')
    const stream = from === undefined ? this.#fromWhich(path) : this.#streams.find(from, [...path, 'from'])
    const read = readWay(way, sinkFields, sources.sinkKinds, 'sink', path, this.#plan.secrets, tell)
    if (!read) return
    const own = read.found
    const made = own && created(() => own.create(read.config, stream.type, inputOf(stream)), [...path, own.name], tell)
    const place = [...path, read.kind]
    if (made?.accepts === 'append' && stream.flow === 'changes') {
      const message = `A ${read.kind} cannot take back records, and ${stream.because}`
      tell({ about: 'type', path: place, message, expected: 'append', found: 'changes', ofName: true })
    }
    for (const { message, expected, found, path: at } of made?.type ? mismatches(stream.type, made.type) : []) {
      const within = at.length > 0 ? ` at ${at.join('/')}` : ''
      tell({ about: 'type', path: place, message: `What the sink takes${within}: ${message}`, expected, found })
    }
    const { ref, type, key, flow } = stream
    this.#sinks.set(name, {
      name,
      kind: read.kind,
      config: read.config,
      plan: way,
      from: ref,
      type,
      key,
      flow,
      keys: stream.results,
      mayHaveKeys: hasKeys(stream),
      path,
    })
  }

  /** Records that go to a side which nobody reads, or pass a step of which only sides are read, end there without a word. */
  #notes(): PlanProblem[] {
    const ends = [...this.#steps.values()].flatMap(({ id, kind, sides }): PlanProblem[] => {
      const path = ['steps', this.#plan.steps.findIndex((step) => step?.id === id)]
      const note = (message: string): PlanProblem => ({ about: 'name', path, message })
      // What comes late is counted.
      const unread = [...sides.keys()].filter((side) => side !== 'late')
      const told = unread
        .filter((side) => !this.#streams.isReadItself({ of: id, side }))
        .map((side) => note(`Nobody reads "${id}.${side}": what goes there ends there`))
      const isPassed = kind.job?.isEnd === true || this.#streams.isReadItself({ of: id }) || !this.#streams.isRead(id)
      return isPassed ? told : [...told, note(`Only sides of "${id}" are read: what it hands on itself ends there`)]
    })
    return [...ends, ...secretNotes(this.#plan)]
  }

  /** What a sink reads that does not say so: the last step, or the only source of a job without steps. */
  get #last(): unknown {
    // A dash without a step is null, and was told with the shape of the plan.
    const step = this.#plan.steps.findLast((one: Step | null) => one !== null)
    if (step !== undefined) return step.id
    const names = sourcesIn(this.#plan).map(({ name }) => name)
    return names.length === 1 ? names[0] : undefined
  }

  #fromWhich(path: PlanPath): StreamType {
    const names = sourcesIn(this.#plan).map(({ name }) => name)
    if (this.#plan.steps.length === 0 && names.length > 1) {
      const message = 'There are several sources, so the sink says with from which one it takes'
      this.#checking.tell({ about: 'shape', path, message, expected: `from: ${names.join(' or ')}` })
    }
    return nothing
  }

  /** A stream that nobody reads is work for nothing, and mostly a name that was forgotten. */
  #tellUnread(): void {
    const { tell } = this.#checking
    for (const { name, path } of sourcesIn(this.#plan)) {
      if (this.#streams.isRead(name)) continue
      tell({ about: 'name', path, message: `Nobody reads the source "${name}"`, ofName: true })
    }
    for (const [index, step] of this.#plan.steps.entries()) {
      const read = typeof step === 'object' && step !== null ? readStep(step) : undefined
      if (!read?.kind.job || read.kind.job.isEnd || typeof step.id !== 'string' || this.#streams.isRead(step.id))
        continue
      const message = `Nobody reads what the step "${step.id}" gives`
      tell({ about: 'name', path: ['steps', index], message, expected: 'a sink, or a step with it as from' })
    }
  }
}

const nothing: StreamType = { ref: { of: '' }, type: unknown, key: undefined, mayHaveKeys: true, flow: 'append' }

const hasKeys = ({ key, mayHaveKeys = false }: StreamType): boolean => key !== undefined || mayHaveKeys

const inputOf = (stream: StreamType): PlanSinkInput => ({
  flow: stream.flow,
  keys: stream.results,
  mayHaveKeys: hasKeys(stream),
})

/** The key that all streams have; of several kinds of keys, one of which nothing is known. */
function commonKey(streams: readonly StreamType[]): KeyType | undefined {
  const [first, ...others] = streams.map(({ key }) => key)
  const isSame = others.every((key) => JSON.stringify(key) === JSON.stringify(first))
  return isSame ? first : { fields: { key: unknown }, isList: false }
}
