export * from '@heddle/serve/live'
