import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** The links of a folder of pages that lead to no page or no place in it, as `page: link`. Addresses of others are not asked. */
export function brokenLinks(folder: string): string[] {
  const pages = new Map(
    globSync('**/*.html', { cwd: folder })
      .map((file) => file.replaceAll('\\', '/'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const),
  )
  const ids = new Map([...pages].map(([file, text]) => [file, new Set(all(text, /\sid="([^"]*)"/g))]))
  return [...pages].flatMap(([file, text]) =>
    [...new Set(all(text, /<a\s[^>]*?href="([^"]*)"/g))]
      .filter((href) => !/^[a-z][a-z\d+.-]*:/i.test(href))
      .filter((href) => {
        const [path = '', anchor = ''] = href.split('#')
        const target = path === '' ? file : posix.join(posix.dirname(file), path)
        const known = ids.get(target)
        return known === undefined || (anchor !== '' && !known.has(decodeURIComponent(anchor)) && !known.has(anchor))
      })
      .map((href) => `${file}: ${href} leads nowhere`),
  )
}

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!)
