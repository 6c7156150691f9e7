import { bareName } from './file-name.ts'

/** What stands in front of a part of a form (multipart/form-data, RFC 7578). @param fileName of a file */
export function formPart(boundary: string, name: string, type: string, fileName?: string): string {
  const file = fileName === undefined ? '' : `; filename="${escaped(bareName(fileName) ?? name)}"`
  const disposition = `content-disposition: form-data; name="${escaped(name)}"${file}`
  return `--${boundary}\r\n${disposition}\r\ncontent-type: ${type.replaceAll(/[\r\n]/g, '')}\r\n\r\n`
}

/** What stands behind the last part. */
export const formEnd = (boundary: string): string => `--${boundary}--\r\n`

/** What would end the text is escaped as browsers do it (the HTML standard: multipart/form-data). */
const escaped = (name: string) => name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
