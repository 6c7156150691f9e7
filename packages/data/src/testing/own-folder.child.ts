import { own } from '../sqlite/owner.ts'

// A child process of a test: owns the folder it is told, until it is killed.
own(process.argv[2]!)
process.send!('owned')
process.on('message', () => undefined)
