import type { Shape } from './schema-shape.ts'

/** A shape in a word. */
export const nameOf = ({ type, values }: Partial<Shape>): string =>
  values ? values.map((value) => JSON.stringify(value)).join(' or ') : (type ?? 'any value')

/** Several shapes, each named once. */
export const namesOf = (shapes: readonly Shape[]): string => [...new Set(shapes.map(nameOf))].join(' or ') || 'nothing'
