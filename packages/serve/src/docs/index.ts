export { docsSite, type DocsSiteOptions } from './docs-site.ts'
