import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import type { Client } from '../../runtime/index.ts'

const Context = /* @__PURE__ */ createContext<Client | undefined>(undefined)

/**
 * Gives the hooks and forms below it their client.
 *
 * @example
 * <ClientProvider client={client}><Accounts /></ClientProvider>
 */
export function ClientProvider(props: { readonly client: Client; readonly children?: ReactNode }): ReactElement {
  return createElement(Context.Provider, { value: props.client }, props.children)
}

/** The client of the nearest provider. Throws an Error where there is none. */
export function useClient(): Client {
  const client = useContext(Context)
  if (!client) throw new Error('there is no client here: put a <ClientProvider client={…}> around')
  return client
}
