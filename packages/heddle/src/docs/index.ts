export * from '@heddle/serve/docs'
