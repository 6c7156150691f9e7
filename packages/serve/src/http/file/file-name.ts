/**
 * The name of a file in `Content-Disposition` (RFC 6266): `filename*` in UTF-8 where it is there, else `filename`, quoted or
 * not. Folders before it are dropped: what a sender says is no path of ours.
 */
export function fileNameOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const [, encoded] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header) ?? []
  const [, quoted, plain] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header) ?? []
  const name = (encoded === undefined ? undefined : decoded(encoded)) ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? plain
  return name === undefined ? undefined : bareName(name)
}

/** The name of a file in a form. Browsers escape there what would end the text (the HTML standard: multipart/form-data). */
export const formFileName = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : bareName(name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n'))

/** The name of a file without the folders in front of it, and without what would begin another line; undefined where nothing is left. */
export function bareName(path: string): string | undefined {
  const name = path
    .split(/[/\\]/)
    .at(-1)!
    .replaceAll(/\p{Cc}/gu, '_')
  return /^\.{0,2}$/.test(name) ? undefined : name
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * `Content-Disposition` of an answer: the name in ASCII for old readers, and as it is (RFC 8187) for all others. Folders in front of
 * it are not told: the name may be one that somebody uploaded, and whoever downloads the file may save it by that.
 */
export function dispositionOf(how: string, given: string | undefined): string {
  const name = given === undefined ? undefined : bareName(given)
  if (name === undefined) return how
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
