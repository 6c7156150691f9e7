import type { Json } from '@heddle/core'

/** A value on one line: text as it is, lists and objects as JSON, nothing as `-`. */
export function plain(value: Json | undefined): string {
  if (value === null || value === undefined) return '-'
  return visible(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Control characters would move the cursor of the reader's terminal, so they are shown as what they are. */
export const visible = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- Finding control characters is the purpose.
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (control) => {
    if (control === '\n') return '\\n'
    if (control === '\t') return '\\t'
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
