import { Defect } from '../error/defect.ts'

const form = /^(?:[a-z][A-Za-z0-9]*\.){1,2}[A-Z][A-Za-z0-9]*$/

/**
 * Checks a full name such as `bank.TransferMoney` or `acme.bank.TransferMoney` and gives the domain in it.
 *
 * @throws {Defect} InvalidDefinition
 */
export function domainOf(name: string): string {
  if (!form.test(name)) {
    throw new Defect('InvalidDefinition', {
      name,
      reason: 'a name is written domain.VerbNoun, e.g. bank.TransferMoney',
    })
  }
  return name.slice(0, name.lastIndexOf('.'))
}
