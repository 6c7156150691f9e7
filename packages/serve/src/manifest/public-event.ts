import { type EventSection, type Json, withHash } from '@heddle/core'
import { leaveOutSecrets } from './blank-secrets.ts'

/** An event's section as strangers may see it; undefined where nobody may subscribe to it. */
export function publicEvent({ name, domain, summary, version, keyed, access, data }: EventSection): Json | undefined {
  if (access === undefined) return undefined
  const told = summary === undefined ? {} : { summary }
  return withHash({ name, domain, ...told, version, keyed, access, data: leaveOutSecrets(data) })
}
