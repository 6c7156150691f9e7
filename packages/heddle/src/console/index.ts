export * from '@heddle/serve/console'
