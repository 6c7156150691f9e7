export * from '@heddle/stream'
