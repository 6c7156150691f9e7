import { hash } from 'node:crypto'
import { canonicalJson, type Json } from '@heddle/core'

/** Tells inputs of a step apart: equal for equal values, whatever the order of their fields. */
export const hashInput = (json: Json): string => hash('sha256', canonicalJson(json), 'base64url').slice(0, 22)
