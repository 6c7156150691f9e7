export * from '@heddle/stream/testing'
