import { pii } from '@heddle/core'
import { z } from 'zod'
import { namedType } from '@heddle/core/types'
import { readPhone } from '../phone-number.ts'
import { phone } from '../validators/phone.ts'

/** An international telephone number as E.164 writes it; personal data. */
export const PhoneNumber = namedType('PhoneNumber', {
  summary: 'An international telephone number, written as E.164 does; personal data.',
  tags: ['telephone', 'mobile', 'e.164'],
  type: pii(
    z
      .string()
      .max(64)
      .check(
        phone(),
        z.overwrite((text) => readPhone(text) ?? text),
      ),
  ),
  takes: ['+4930123456'],
  turns: [['+1 (213) 373-4253', '+12133734253']],
  refuses: ['030 123456', '+49', ''],
})
