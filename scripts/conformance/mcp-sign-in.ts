import {
  auth,
  type AuthProvider,
  ClientCredentialsProvider,
  extractWWWAuthenticateParams,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client'

/** What the suite tells of a client beforehand. */
interface Context {
  readonly client_id?: string
  readonly client_secret?: string
  readonly private_key_pem?: string
  readonly signing_algorithm?: string
}

const callback = 'http://localhost:3000/callback'

/** A person who signs in at once, whoever asks: the suite's authorization server sends them back with a code. */
class SignedIn implements OAuthClientProvider {
  readonly redirectUrl = callback
  readonly clientMetadataUrl = 'https://conformance-test.local/client-metadata.json'
  readonly clientMetadata = {
    client_name: 'heddle-conformance',
    redirect_uris: [callback],
    grant_types: ['authorization_code', 'refresh_token'],
  }
  code: string | undefined
  iss: string | undefined
  #client: StoredOAuthClientInformation | undefined
  #tokens: StoredOAuthTokens | undefined
  #verifier = ''

  constructor({ client_id, client_secret }: Context) {
    if (client_id !== undefined) this.#client = { client_id, ...(client_secret !== undefined && { client_secret }) }
  }
  clientInformation = () => this.#client
  saveClientInformation = (client: StoredOAuthClientInformation) => void (this.#client = client)
  tokens = () => this.#tokens
  saveTokens = (tokens: StoredOAuthTokens) => void (this.#tokens = tokens)
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier)
  codeVerifier = () => this.#verifier

  async redirectToAuthorization(url: URL): Promise<void> {
    const answer = await fetch(url, { redirect: 'manual' })
    const back = new URL(answer.headers.get('location') ?? '', callback)
    this.code = back.searchParams.get('code') ?? undefined
    this.iss = back.searchParams.get('iss') ?? undefined
  }
}

/** How the client signs in for a scenario; undefined where it does not have to. */
export function signInFor(scenario: string, context: Context): AuthProvider | OAuthClientProvider | undefined {
  if (!scenario.startsWith('auth/')) return undefined
  const { client_id: clientId = '', client_secret: clientSecret = '', private_key_pem, signing_algorithm } = context
  if (scenario === 'auth/client-credentials-basic') return new ClientCredentialsProvider({ clientId, clientSecret })
  if (scenario === 'auth/client-credentials-jwt') {
    return new PrivateKeyJwtProvider({
      clientId,
      privateKey: private_key_pem ?? '',
      algorithm: signing_algorithm ?? 'ES256',
    })
  }
  const person = new SignedIn(context)
  return {
    token: () => Promise.resolve(person.tokens()?.access_token),
    async onUnauthorized({ response, serverUrl, fetchFn }) {
      const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response)
      const options = { serverUrl, resourceMetadataUrl, scope, fetchFn }
      if ((await auth(person, options)) !== 'REDIRECT') return
      await auth(person, { ...options, authorizationCode: person.code, iss: person.iss })
    },
  }
}
