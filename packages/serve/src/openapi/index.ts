export type { OpenApiDocument, Operation, SecurityScheme } from './document.ts'
export { openApi, type OpenApiOptions } from './openapi.ts'
