import { clockMs } from '../../client/runtime/host.ts'
import { type Child, h } from './dom.ts'

/** A time as people here read it; its whole text stands behind it. */
export function timeText(at: string): HTMLElement {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date(performance.timeOrigin + clockMs()).toDateString()
  const text = isToday ? date.toLocaleTimeString() : date.toLocaleString()
  return h('time', { datetime: at, title: at }, text)
}

/** A span of time, e.g. `1.2 s`. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.floor(minutes / 1440)} d`
}

/** A value as JSON that can be scrolled. */
export const jsonText = (value: unknown, label: string): HTMLElement =>
  h('pre', { class: 'json', tabindex: '0', 'aria-label': label }, JSON.stringify(value, undefined, 2) ?? '')

/** A value on one line where it is short, else behind its beginning. */
export function shortJson(value: unknown, label: string): HTMLElement | undefined {
  if (value === undefined) return undefined
  const text = JSON.stringify(value) ?? ''
  if (text.length <= 80) return h('code', { class: 'value' }, text)
  return h(
    'details',
    { class: 'value' },
    h('summary', {}, h('code', {}, `${text.slice(0, 72)}…`)),
    jsonText(value, label),
  )
}

/** A word in a frame. */
export const badge = (text: string, kind = text): HTMLElement => h('span', { class: `badge ${kind}` }, text)

/** How a run stands, as a word whose look says it too. */
export const stateBadge = (state: string): HTMLElement => h('span', { class: `badge state ${state}` }, state)

/** A sentence in the place of what is not there. */
export const note = (...children: readonly Child[]): HTMLElement => h('p', { class: 'quiet note' }, ...children)

/** Errors of a call, a line each. */
export const errorLines = (
  errors: readonly { readonly code: string; readonly message: string; readonly help?: string }[],
): HTMLElement =>
  h(
    'div',
    { class: 'problem', role: 'alert' },
    errors.map(({ code, message, help }) =>
      h('p', {}, h('strong', {}, code), ` ${message}`, help !== undefined && h('span', { class: 'quiet' }, ` ${help}`)),
    ),
  )
