export { consolePage } from './console-page.ts'
export { builtPageFolder, pageSources } from './modules.ts'
