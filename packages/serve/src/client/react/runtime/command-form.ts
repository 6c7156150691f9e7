import {
  createElement as h,
  type FormEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import type { AnyFailure, CallOptions, Command, Outcome } from '../../runtime/index.ts'
import { newKey } from '../../runtime/new-key.ts'
import { type DraftGroup, draftOfForm } from './form-draft.ts'
import { type Complaint, placed } from './form-errors.ts'
import type { FormFacts } from './form-fields.ts'
import { Fields } from './form-parts.ts'
import { readForm } from './form-read.ts'
import type { FieldLook, FormControls, FormPart, FormView } from './form-view.ts'
import { englishWords, type FormWords } from './form-words.ts'
import { useCommand } from './use-command.ts'

/** What a form of a command is given. */
export interface CommandFormProps<Input, Value, Errors> {
  /** What it begins with, over the defaults of the command. */
  readonly initial?: Partial<Input> | undefined
  /** Called with the value; the form begins anew. */
  readonly onSucceeded?: ((value: Value, input: Input) => void) | undefined
  /** Called with the errors, which the form shows at their fields. */
  readonly onFailed?: ((errors: readonly Errors[]) => void) | undefined
  /** Keeps what is filled in after it has succeeded. @default false */
  readonly keeps?: boolean | undefined
  /** Asks before it is sent. @default for destructive commands */
  readonly confirms?: boolean | undefined
  /** Shows how far the command is, where it tells. @default false */
  readonly withProgress?: boolean | undefined
  /** Options of its calls. */
  readonly options?: Pick<CallOptions, 'timeout' | 'tenant' | 'retries'> | undefined
  /** What it says, in another language or in your words. */
  readonly words?: Partial<FormWords> | undefined
  /** A message for an error of yours; that of the server where it gives none. */
  readonly messageOf?: ((error: Errors) => string | undefined) | undefined
  /** Fields by path, e.g. `address.street` or `items.#.sku`: labels, hints, controls of your own. */
  readonly fields?: Readonly<Record<string, FieldLook>> | undefined
  /** Controls of your own by kind. */
  readonly controls?: FormControls | undefined
  /** Classes beside `heddle-form`, `heddle-field` and so on. */
  readonly classes?: Partial<Readonly<Record<FormPart, string>>> | undefined
  /** Stands before the buttons. */
  readonly children?: ReactNode
}

/** A form of a command. */
export type CommandForm<Input, Value, Errors> = (props: CommandFormProps<Input, Value, Errors>) => ReactElement

/** Makes the form of a command; the generator calls it with what the type of the input says. */
export function commandForm<Input, Value, Errors extends AnyFailure, Item>(
  command: Command<Input, Value, Errors, Item>,
  facts: FormFacts,
): CommandForm<Input, Value, Errors> {
  return (props) => h(FormOf<Input, Value, Errors, Item>, { ...props, command, facts })
}

interface Declared<Input, Value, Errors, Item> {
  readonly command: Command<Input, Value, Errors, Item>
  readonly facts: FormFacts
}

/** What was sent and not answered: the same once more is the same call, because it may have been carried out. */
interface Unanswered {
  readonly draft: DraftGroup
  readonly key: string
}

const keyFor = (before: Unanswered | undefined, draft: DraftGroup) => (before?.draft === draft ? before.key : newKey())

const isUnanswered = (outcome: Outcome<unknown>) =>
  !outcome.ok && outcome.errors[0]?.code === 'Unavailable' && outcome.errors[0].via.length === 0

type Stage = 'filling' | 'asking' | 'succeeded' | 'cancelled'

function FormOf<Input, Value, Errors extends AnyFailure, Item>(
  props: CommandFormProps<Input, Value, Errors> & Declared<Input, Value, Errors, Item>,
): ReactElement {
  const { command, facts, fields: looks = {}, confirms = facts.isDestructive === true } = props
  const words = { ...englishWords, ...props.words }
  const [draft, setDraft] = useState(() => draftOfForm(facts, props.initial))
  const [complaints, setComplaints] = useState<readonly Complaint[]>([])
  const [stage, setStage] = useState<Stage>('filling')
  const { call, cancel, isPending, progress } = useCommand(command, {
    ...props.options,
    withProgress: props.withProgress,
  })
  const form = useRef<HTMLFormElement>(null)
  const id = `${useId()}-`
  const errors = placed(facts, looks, draft, complaints)
  const unanswered = useRef<Unanswered>(undefined)
  const [failures, setFailures] = useState(0)
  const complain = (about: readonly Complaint[]) => {
    setComplaints(about)
    if (about.length > 0) setFailures((count) => count + 1)
  }
  useEffect(() => {
    // Who cannot see what went wrong is led to it.
    if (failures > 0) form.current?.querySelector<HTMLElement>('[role="alert"], [aria-invalid="true"]')?.focus()
  }, [failures])
  useEffect(() => {
    if (stage === 'asking') form.current?.querySelector<HTMLElement>('[role="alertdialog"] button')?.focus()
  }, [stage])

  const send = async () => {
    setStage('filling')
    const { value, problems } = readForm(facts, draft)
    const input = value as Input
    complain(problems.map(({ path, problem }) => ({ path, message: words[problem] })))
    if (problems.length > 0) return
    const key = command.idempotent || props.options?.retries === 0 ? undefined : keyFor(unanswered.current, draft)
    const outcome = await call(input, { key })
    unanswered.current = key !== undefined && isUnanswered(outcome) ? { draft, key } : undefined
    if (outcome.ok) {
      setStage('succeeded')
      if (!props.keeps) setDraft(draftOfForm(facts, props.initial))
      props.onSucceeded?.(outcome.value, input)
    } else if (outcome.errors[0]?.code === 'Cancelled') setStage('cancelled')
    else {
      const messageOf = (error: Errors) => props.messageOf?.(error) ?? error.message
      complain(outcome.errors.map((error) => ({ path: error.path, message: messageOf(error) })))
      props.onFailed?.(outcome.errors)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    if (confirms) setStage('asking')
    else void send()
  }

  const classOf = (part: FormPart) => {
    const more = props.classes?.[part]
    return more === undefined ? `heddle-${part}` : `heddle-${part} ${more}`
  }
  const view: FormView = { facts, id, words, controls: props.controls ?? {}, looks, errors, classOf }
  const ofForm = errors.get('')
  const button = (type: 'submit' | 'button', text: string, onClick?: () => void) =>
    h('button', { type, className: classOf(type === 'submit' ? 'submit' : 'button'), onClick, key: text }, text)
  return h(
    'form',
    {
      ref: form,
      className: classOf('form'),
      'aria-label': facts.title,
      'aria-busy': isPending || undefined,
      onSubmit: submit,
      onChange: ({ target }: FormEvent) => {
        setStage('filling')
        const { name } = target as HTMLInputElement
        if (errors.has(name)) setComplaints(complaints.filter(({ path }) => path.join('.') !== name))
      },
    },
    ofForm && h('div', { role: 'alert', tabIndex: -1, className: classOf('errors') }, listed(ofForm)),
    h(
      'fieldset',
      { disabled: isPending || stage === 'asking', className: classOf('group'), 'data-kind': 'form' },
      h(Fields, {
        view,
        fields: facts.fields,
        path: '',
        place: '',
        draft,
        onChange: (update) => setDraft((old) => update(old) as DraftGroup),
      }),
      props.children,
    ),
    isPending && props.withProgress ? h('progress', { className: classOf('progress'), ...barOf(progress) }) : null,
    stage === 'asking'
      ? h(
          'div',
          { role: 'alertdialog', 'aria-label': words.areYouSure, className: classOf('confirm') },
          h('p', null, words.areYouSure),
          button('button', words.goBack, () => setStage('filling')),
          button('button', words.goOn, () => void send()),
        )
      : h(
          'div',
          { className: classOf('actions') },
          h(
            'button',
            { type: 'submit', disabled: isPending, className: classOf('submit') },
            words.submit ?? facts.title,
          ),
          isPending && button('button', words.cancel, cancel),
        ),
    h('p', { role: 'status', className: classOf('status') }, statusOf(words, isPending, stage)),
  )
}

const listed = (messages: readonly string[]) => messages.map((message) => h('p', { key: message }, message))

const statusOf = (words: FormWords, isPending: boolean, stage: Stage) => {
  if (isPending) return words.pending
  if (stage === 'succeeded') return words.succeeded
  return stage === 'cancelled' ? words.cancelled : ''
}

/** A bar without a value says that nobody knows how long it takes. */
function barOf(progress: { readonly [field: string]: unknown } = {}) {
  const { done, total } = progress
  return typeof done === 'number' && typeof total === 'number' ? { value: done, max: total } : {}
}
