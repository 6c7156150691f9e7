/** A control of a form. */
export type Controls = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** A control that is filled in. */
export interface Filled {
  readonly path: readonly string[]
  readonly flag: string
  readonly reading: string
  readonly value: unknown
  /** As it is typed on a command line or in a query: one text per element. */
  readonly texts: readonly string[]
  readonly isJson: boolean
}

/** A file that is chosen. */
export interface ChosenFile {
  readonly path: readonly string[]
  readonly flag: string
  readonly content: File
}

/** What a form shows of an error. */
export interface FormError {
  readonly path?: readonly (string | number)[]
  readonly message?: string
}

/** Reads the form of a command, as `formFields` writes it, and shows in it what is wrong. */
export interface FormReader {
  /** What is filled in; an empty control is a field that is left out. */
  filledIn(form: Element): readonly Filled[]
  /** The files that are chosen. */
  filesIn(form: Element): readonly ChosenFile[]
  /** The input that the fields say. */
  inputOf(filled: readonly Filled[]): unknown
  /**
   * Puts each error beside the field that it is about, or beside the first field of the group that it is about. The
   * first such field gets the focus.
   */
  markErrors(form: Element, errors: readonly FormError[]): void
}

/** Runs in the browser, also as the text of this one function: nothing outside of it may be used. */
export function formReader(): FormReader {
  const controlsOf = (form: Element): Controls[] => [...form.querySelectorAll<Controls>('[data-reading]')]

  const filesIn = (form: Element): ChosenFile[] =>
    controlsOf(form).flatMap((control) => {
      const content = control instanceof HTMLInputElement ? control.files?.[0] : undefined
      const { path = '[]', flag = '' } = control.dataset
      return content ? [{ path: JSON.parse(path) as string[], flag, content }] : []
    })

  const filledIn = (form: Element): Filled[] =>
    controlsOf(form)
      .filter((control) => control.value !== '' && control.dataset.reading !== 'file')
      .map((control) => {
        const { path = '[]', reading = 'text', flag = '' } = control.dataset
        const lines = control.value.split('\n').filter((line) => line !== '')
        const isList = reading === 'lines' || reading === 'numberLines'
        return {
          path: JSON.parse(path) as string[],
          flag,
          reading,
          value: read(control.value, lines, reading),
          texts: isList ? lines : [control.value],
          isJson: reading === 'json',
        }
      })

  function read(text: string, lines: string[], reading: string): unknown {
    switch (reading) {
      case 'number':
        return asNumber(text)
      case 'numberLines':
        return lines.map(asNumber)
      case 'lines':
        return lines
      case 'boolean':
        return text === 'true'
      case 'json':
        return asJson(text)
      default:
        return text
    }
  }

  /** What is no number goes as it is: the answer says what is wrong with it. */
  function asNumber(text: string): unknown {
    return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text
  }

  function asJson(text: string): unknown {
    try {
      return JSON.parse(text) as unknown
    } catch {
      return text
    }
  }

  function inputOf(filled: readonly Filled[]): unknown {
    const input: Record<string, unknown> = {}
    for (const { path, value } of filled) {
      if (path.length === 0) return value
      let group = input
      for (const name of path.slice(0, -1)) group = (group[name] ??= {}) as Record<string, unknown>
      group[path.at(-1)!] = value
    }
    return input
  }

  function markErrors(form: Element, errors: readonly FormError[]): void {
    const controls = controlsOf(form).map((control) => ({
      control,
      path: JSON.parse(control.dataset.path ?? '[]') as string[],
      messages: [] as string[],
    }))
    const begins = (long: readonly unknown[], short: readonly unknown[]) => short.every((name, at) => long[at] === name)
    for (const { path: at = [], message = '' } of errors) {
      if (at.length === 0) continue
      const own = controls.find(({ path }) => path.length > 0 && begins(at, path))
      const place = own ?? controls.find(({ path }) => begins(path, at))
      place?.messages.push(message)
    }
    for (const { control, messages } of controls) {
      control.setAttribute('aria-invalid', String(messages.length > 0))
      const place = document.getElementById(`${control.id}-error`)
      if (place) place.textContent = messages.join(' ')
    }
    controls.find(({ messages }) => messages.length > 0)?.control.focus()
  }

  return { filledIn, filesIn, inputOf, markErrors }
}
