import type { Plan } from './plan.ts'

/** The full name of a local command of a step, e.g. `flights.DelaysParseStep`. */
export const stepName = ({ pipeline }: Plan, id: string, suffix: string): string =>
  `${pipeline}${capital(id)}${capital(suffix)}`

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
