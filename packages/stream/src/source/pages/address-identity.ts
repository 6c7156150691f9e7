import type { Json } from '@heddle/core'
import { urlPlace } from '@heddle/pipeline'

/** What tells the place of a source with an address, for which it tells the masked one as `url`. */
export function addressIdentity(url: string): { readonly url: Json } | undefined {
  const place = urlPlace(url)
  return place === undefined ? undefined : { url: place }
}
