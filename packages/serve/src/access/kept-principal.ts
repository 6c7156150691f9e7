import { type Ports, type Principal, systemFailure } from '@heddle/core'

/**
 * A principal as the records say now, with what its roles give it.
 *
 * @throws {Failure} UnknownPrincipal, for one that is unknown or disabled
 */
export async function keptPrincipal(
  { principals }: Pick<Ports, 'principals'>,
  id: string,
  tenant = 'main',
): Promise<Principal> {
  const found = await principals.resolve(id, tenant)
  if (!found) throw systemFailure('UnknownPrincipal', { principal: id, tenant })
  return found
}
