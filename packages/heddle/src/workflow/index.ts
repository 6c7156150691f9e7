export * from '@heddle/workflow'
