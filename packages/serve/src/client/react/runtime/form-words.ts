import type { Problem } from './form-read.ts'

/** What a form says by itself. */
export interface FormWords extends Readonly<Record<Problem, string>> {
  /** On the button that sends; the title of the command where it is not set. */
  readonly submit?: string | undefined
  readonly cancel: string
  readonly add: string
  readonly remove: string
  /** In a choice where nothing is chosen yet, or nothing may be. */
  readonly choose: string
  readonly none: string
  readonly yes: string
  readonly no: string
  /** The name of an entry. */
  readonly name: string
  readonly amount: string
  readonly currency: string
  /** Before something that cannot be undone. */
  readonly areYouSure: string
  readonly goOn: string
  readonly goBack: string
  readonly pending: string
  readonly succeeded: string
  readonly cancelled: string
}

/** In English. */
export const englishWords: FormWords = {
  cancel: 'Cancel',
  add: 'Add',
  remove: 'Remove',
  choose: 'Choose…',
  none: '—',
  yes: 'Yes',
  no: 'No',
  name: 'Name',
  amount: 'Amount',
  currency: 'Currency',
  areYouSure: 'This cannot be undone. Go on?',
  goOn: 'Yes, go on',
  goBack: 'No, go back',
  pending: 'Sending…',
  succeeded: 'Done.',
  cancelled: 'Cancelled.',
  needed: 'This is needed.',
  noNumber: 'This is no number.',
  noJson: 'This is no JSON.',
  tooLarge: 'This file is too large.',
  tooExact: 'This currency has fewer digits behind the point.',
}
