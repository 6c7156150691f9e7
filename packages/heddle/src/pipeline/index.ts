export * from '@heddle/pipeline'
