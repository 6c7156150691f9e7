/**
 * The name of a file in `Content-Disposition` (RFC 6266): `filename*` in UTF-8 where it is there, else `filename`, quoted or
 * not. Folders before it are dropped: what a sender says is no path of ours.
 */
export function fileNameOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const [, encoded] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header) ?? []
  const [, quoted, plain] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header) ?? []
  const name = (encoded === undefined ? undefined : decoded(encoded)) ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? plain
  return name === undefined ? undefined : lastPartOf(name)
}

/** The name of a file in a form. Browsers escape there what would end the text (the HTML standard: multipart/form-data). */
export const formFileName = (name: string | undefined): string | undefined =>
  name === undefined
    ? undefined
    : lastPartOf(name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n'))

/** Without the folders in front of it. */
function lastPartOf(path: string): string | undefined {
  const name = path.split(/[/\\]/).at(-1)!
  return /^\.{0,2}$/.test(name) ? undefined : name
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** `Content-Disposition` of an answer: the name in ASCII for old readers, and as it is (RFC 8187) for all others. */
export function dispositionOf(how: string, name: string | undefined): string {
  if (name === undefined) return how
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
