export * from '@heddle/types'
