export * from '@heddle/serve/client'
