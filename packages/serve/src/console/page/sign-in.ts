import { fill, h, labelled } from './dom.ts'
import type { Page } from './view.ts'

/** Asks who somebody is, and for which tenant he acts. What is typed is kept in this page alone, until it is left. */
export function signIn({ server, link }: Page, reason: HTMLElement): HTMLDialogElement {
  const token = h('input', { type: 'password', autocomplete: 'off', placeholder: 'Bearer …' })
  const tenant = h('input', { type: 'text', autocomplete: 'off', placeholder: 'the usual one' })
  const form = h('form', { method: 'dialog' })
  const dialog = h('dialog', { 'aria-labelledby': 'who-title' }, form)
  fill(
    form,
    h('h2', { id: 'who-title' }, 'Who are you?'),
    h(
      'p',
      { class: 'quiet' },
      'The console is for those who hold heddle:operate. What you type is kept in this page alone.',
    ),
    reason,
    labelled('Authorization', 'who-token', token),
    labelled('Tenant', 'who-tenant', tenant),
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'submit', value: 'in' }, 'Sign in'),
      h('button', { type: 'submit', value: '', class: 'plain' }, 'Cancel'),
    ),
  )
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'in') return
    server.become(headerOf(token.value.trim()), tenant.value.trim() === '' ? undefined : tenant.value.trim())
    token.value = ''
    link.restart()
  })
  return dialog
}

/** A bare token is a bearer token. */
const headerOf = (text: string): string | undefined =>
  text === '' ? undefined : text.includes(' ') ? text : `Bearer ${text}`
