import type { ValueType } from '../expression/index.ts'
import { unionOf } from '../expression/index.ts'

/** The type of the items of a list; null stands for an empty one. What is no list is told. */
export function itemsOf(type: ValueType, refuse: (type: ValueType) => void): ValueType {
  switch (type.kind) {
    case 'list':
      return type.items
    case 'union':
      return unionOf(type.options.map((option) => itemsOf(option, refuse)))
    case 'unknown':
    case 'null':
      return { kind: 'unknown' }
    default:
      refuse(type)
      return { kind: 'unknown' }
  }
}
