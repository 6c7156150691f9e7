import type { Subject } from '../subject.ts'
import { bank } from './bank.ts'
import { orders } from './orders.ts'
import { values } from './values.ts'

/** The apps whose commands are called. */
export const subjects: readonly Subject[] = [bank, orders, values]
