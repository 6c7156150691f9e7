import { type CommandSection, masked } from '@heddle/core'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { typeText } from '../../cli/type-text.ts'
import { resolver } from '../../cli/json-schema.ts'
import { type Control, controlsOf } from './control.ts'
import { type Html, html } from './html.ts'

/** The fields of the form that tries a command. Fields of one nested object stand together. */
export function formFields({ name, input, examples }: CommandSection): Html {
  const controls = controlsOf(input as JsonSchema)
  if (controls.length === 0)
    return takesFields(input) ? wholeInput(name, input as JsonSchema) : html`<p class="quiet">It takes no input.</p>`
  const groups = new Map<string, Control[]>()
  for (const control of controls) {
    const group = control.flag.path.slice(0, -1).join('.')
    groups.set(group, [...(groups.get(group) ?? []), control])
  }
  const example = examples[0]
  return html`${[...groups].map(([group, members]) => {
    const fields = members.map((control) => field(name, control, shownAt(example, control)))
    return group === ''
      ? html`${fields}`
      : html`<fieldset>
          <legend>${group}</legend>
          ${fields}
        </fieldset>`
  })}`
}

/** What the example says of a field. What is masked in it is for the user to write. */
function shownAt(example: unknown, { flag }: Control): unknown {
  const value = valueAt(example, flag.path)
  return value === masked ? undefined : value
}

const takesFields = (input: object) =>
  !(
    'type' in input &&
    input.type === 'object' &&
    !('additionalProperties' in input && input.additionalProperties !== false)
  )

function wholeInput(name: string, input: JsonSchema): Html {
  return html`<div class="field">
    <label for="${name}--">input <span class="type">${typeText(input, resolver(input))}</span></label>
    <textarea id="${name}--" data-path="[]" data-reading="json" rows="4" spellcheck="false"></textarea>
  </div>`
}

function field(command: string, { flag, reading, secret, fileTypes }: Control, example: unknown): Html {
  const id = `${command}--${flag.name}`
  const type = reading === 'file' ? ['file', ...fileTypes].join(' ') : flag.type
  const hints = [type, flag.default !== undefined && `default ${JSON.stringify(flag.default)}`].filter(Boolean)
  const shared = html`id="${id}" data-path="${JSON.stringify(flag.path)}" data-reading="${reading}"
  data-flag="${flag.name}" aria-describedby="${id}-error"${flag.required && html` aria-required="true"`}`
  return html`<div class="field">
    <label for="${id}"
      >${flag.path.at(-1)}${flag.required && html`<span class="needed" title="needed">*</span>`}
      <span class="type">${hints.join(', ')}</span></label
    >
    ${reading === 'file' ? fileInput(fileTypes, shared) : input(flag.choices, reading, secret, shared, textOf(example, reading))}
    ${flag.summary && html`<p class="quiet">${flag.summary}</p>`}
    <p class="error" id="${id}-error"></p>
  </div> `
}

const fileInput = (types: readonly string[], shared: Html): Html =>
  html`<input type="file" ${shared} ${types.length > 0 && html` accept="${types.join(',')}"`} />`

function input(
  choices: readonly string[] | undefined,
  reading: Control['reading'],
  secret: boolean,
  shared: Html,
  value: string,
): Html {
  const offered = reading === 'boolean' ? ['true', 'false'] : choices
  if (offered) {
    const options = offered.map((choice) => html`<option${choice === value && html` selected`}>${choice}</option>`)
    return html`<select ${shared}>
      <option value=""></option>
      ${options}
    </select>`
  }
  if (reading === 'json' || reading === 'lines' || reading === 'numberLines') {
    const hint = reading === 'json' ? 'JSON' : 'one per line'
    return html`<textarea ${shared} rows="2" spellcheck="false" placeholder="${hint}">${value}</textarea>`
  }
  const kind = secret ? 'password' : 'text'
  return html`<input
    ${shared}
    type="${kind}"
    value="${value}"
    ${reading === 'number' && html` inputmode="decimal"`}
    autocomplete="off"
    spellcheck="false"
  />`
}

function valueAt(example: unknown, path: readonly string[]): unknown {
  let value = example
  for (const name of path)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  return value
}

function textOf(value: unknown, reading: Control['reading']): string {
  if (value === undefined) return ''
  if ((reading === 'lines' || reading === 'numberLines') && Array.isArray(value)) return value.join('\n')
  return typeof value === 'string' && reading !== 'json' ? value : JSON.stringify(value)
}
