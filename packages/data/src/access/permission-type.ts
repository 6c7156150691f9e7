import { appIdPrefix, permissionForm } from '@heddle/core'
import { z } from 'zod'

/** A permission as it can be given: `bank:transfer`, `bank:*` or `*`. */
export const permissionType = z
  .string()
  .max(200)
  .regex(permissionForm, 'a permission is written bank:transfer, bank:* or *')

/** A name that a person gave: of a role, a principal, a key. */
export const nameType = z
  .string()
  .max(200)
  .regex(/^\S(?:.*\S)?$/, 'a name is one line and begins and ends with a letter, digit or sign')

/** The id of a principal that is kept. An app is called `app:<name>`, and what it may do is no record. */
export const principalIdType = nameType.refine((id) => !id.startsWith(appIdPrefix), {
  message: `${appIdPrefix}… is an app itself: what it may do is stated by its grants`,
})

/** How long something lasts, e.g. `90d`. */
export const durationType = z
  .string()
  .max(20)
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/, 'a duration is written like 12h, 90d or 52w')
