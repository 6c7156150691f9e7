/** What the console adds to the look of the page `/`. */
export const consoleStyle = ''
