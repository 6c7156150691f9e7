export * from '@heddle/serve/remote'
