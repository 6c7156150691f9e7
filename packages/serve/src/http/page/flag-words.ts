/**
 * How a field of a form is said on a command line, one text per element. The page's script gets it as text, so nothing
 * outside of it may be used.
 */
export function flagWords(flag: string, reading: string, texts: readonly string[]): string[] {
  if (reading === 'boolean') return texts.map((text) => (text === 'true' ? `--${flag}` : `--no-${flag}`))
  // What begins with a dash would be taken for the next flag.
  return texts.flatMap((text) => (text.startsWith('-') ? [`--${flag}=${text}`] : [`--${flag}`, text]))
}
