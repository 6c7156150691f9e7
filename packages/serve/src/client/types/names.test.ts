import { expect, test } from 'vitest'
import { camelCase, kebabCase, pascalCase, quoted } from './names.ts'

test('names are written as types, values and files are called', () => {
  expect(['transfer-money', 'x_y', 'HTTPCode', '2fa', 'delete'].map(pascalCase)).toEqual([
    'TransferMoney',
    'XY',
    'HTTPCode',
    'N2fa',
    'Delete',
  ])
  expect(['TransferMoney', 'HTTPCode', 'Delete', '2fa'].map(camelCase)).toEqual([
    'transferMoney',
    'httpCode',
    'delete_',
    'n2fa',
  ])
  expect(kebabCase('bankAccounts')).toBe('bank-accounts')
})

test('a text is quoted so that it says the same', () => {
  expect(quoted(`it's "so" \n \u2028`)).toBe(`'it\\'s "so" \\n \\u2028'`)
})
